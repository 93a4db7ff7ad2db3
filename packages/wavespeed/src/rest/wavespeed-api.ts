/** The two calls of WaveSpeed's REST API (v3) that are used: submit, and ask for the result. */
import { z } from 'zod';

const Prediction = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
  status: z.enum(['created', 'processing', 'completed', 'failed']),
  outputs: z
    .array(z.string())
    .nullish()
    .transform((outputs) => outputs ?? []),
  error: z.string().nullish(),
});
const Answer = z.object({ code: z.number(), message: z.string().nullish(), data: z.unknown() });

export type Prediction = z.infer<typeof Prediction>;

/** WaveSpeed refused, or gave no answer that can be used. The message is for the caller and never holds the key. */
export class ApiError extends Error {
  /** Worth asking again: the service was busy, out of reach, or answered nonsense. */
  readonly passing: boolean;
  constructor(message: string, passing: boolean) {
    super(message);
    this.passing = passing;
  }
}

const ONE_REQUEST = 60_000;
const LARGEST_ANSWER = 32 * 1024 * 1024;

export class WavespeedApi {
  readonly #baseUrl: string;
  readonly #apiKey: string;

  constructor(baseUrl: string, apiKey: string) {
    this.#baseUrl = baseUrl;
    this.#apiKey = apiKey;
  }

  /** Rejects with `ApiError`, or as the signal says. Never repeated: what was submitted may have been billed. */
  submit(model: string, body: Record<string, unknown>, signal: AbortSignal): Promise<Prediction> {
    return this.#ask('POST', `/${model}`, signal, JSON.stringify(body));
  }

  result(id: string, signal: AbortSignal): Promise<Prediction> {
    return this.#ask('GET', `/predictions/${id}/result`, signal);
  }

  async #ask(method: string, path: string, signal: AbortSignal, body?: string): Promise<Prediction> {
    const headers = { authorization: `Bearer ${this.#apiKey}`, ...(body ? { 'content-type': 'application/json' } : {}) };
    let status: number;
    let text: string;
    try {
      const response = await fetch(`${this.#baseUrl}${path}`, {
        method,
        headers,
        body: body ?? null,
        // A redirect could carry the key to another host.
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(ONE_REQUEST)]),
      });
      status = response.status;
      text = await readCapped(response);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ApiError) throw error;
      throw new ApiError('WaveSpeed could not be reached. Try again later.', true);
    }
    return readPrediction(status, text);
  }
}

function readPrediction(status: number, text: string): Prediction {
  const answer = Answer.safeParse(parseJson(text));
  const said = answer.success && answer.data.message ? `: ${answer.data.message.slice(0, 500)}` : '';
  if (status === 401 || status === 403) throw new ApiError(`WaveSpeed refused the API key (${status}). Set another one.`, false);
  if (status >= 500 || status === 429) throw new ApiError(`WaveSpeed is not available (${status})${said}`, true);
  if (status >= 400) throw new ApiError(`WaveSpeed refused the request (${status})${said}`, false);
  if (answer.success && answer.data.code !== 200) throw new ApiError(`WaveSpeed refused the request (${answer.data.code})${said}`, false);
  const prediction = Prediction.safeParse(answer.data?.data);
  if (!prediction.success) throw new ApiError('WaveSpeed answered something that is not a prediction.', true);
  return prediction.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readCapped(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > LARGEST_ANSWER) throw new ApiError('WaveSpeed answered more than 32 MiB.', false);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
