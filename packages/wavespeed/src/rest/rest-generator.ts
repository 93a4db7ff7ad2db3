/** Real mode: submits to WaveSpeed's REST API and asks every half second until it is done. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Order } from '../arguments.ts';
import { failed, type Generated, type Picture } from '../result.ts';
import type { Generate, GenerateContext } from '../server.ts';
import { requestBody } from './request-body.ts';
import { ApiError, type Prediction, WavespeedApi } from './wavespeed-api.ts';

export interface RestOptions {
  apiKey: string;
  /** Without a trailing slash. */
  baseUrl: string;
  /** Milliseconds. */
  pollEvery?: number;
  giveUpAfter?: number;
}

const DEFAULT_MODEL: Record<Order['tool'], string> = {
  text_to_image: 'wavespeed-ai/flux-dev',
  image_to_image: 'wavespeed-ai/flux-kontext-pro',
  generate_video: 'wavespeed-ai/wan-2.1/i2v-480p-lora',
};

/** A model becomes part of the address, so it may not be anything else: no dots that climb, no query, no host. */
const MODEL = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*){1,4}$/;
const POLL_EVERY = 500;
const GIVE_UP_AFTER = 300_000;
const POLL_FAILURES = 3;

export function createRestGenerator({ apiKey, baseUrl, pollEvery = POLL_EVERY, giveUpAfter = GIVE_UP_AFTER }: RestOptions): Generate {
  const api = new WavespeedApi(baseUrl, apiKey);
  return async (order, context) => {
    const model = order.args.model ?? DEFAULT_MODEL[order.tool];
    if (!MODEL.test(model)) return failed(model, `"${model}" is not the name of a WaveSpeed model, such as ${DEFAULT_MODEL[order.tool]}.`);
    const body = requestBody(order);
    if ('refused' in body) return failed(model, body.refused);
    try {
      const submitted = await api.submit(model, body.json, context.signal);
      const prediction = await finished(api, submitted, context, pollEvery, giveUpAfter);
      if (prediction === null) return failed(model, `WaveSpeed was not done after ${giveUpAfter / 1000} seconds.`);
      if (prediction.status === 'failed') return failed(model, `WaveSpeed could not generate it: ${prediction.error || 'no reason given'}`);
      return delivered(model, prediction.outputs);
    } catch (error) {
      if (error instanceof ApiError) return failed(model, error.message);
      throw error;
    }
  };
}

/** Null when the time is over. An answer that fails is asked for again, a few times: the generation itself goes on. */
async function finished(
  api: WavespeedApi,
  submitted: Prediction,
  { signal, progress }: GenerateContext,
  pollEvery: number,
  giveUpAfter: number,
): Promise<Prediction | null> {
  const start = performance.now();
  let current = submitted;
  let failures = 0;
  for (let asked = 0; ; asked++) {
    if (current.status === 'completed' || current.status === 'failed') return current;
    if (performance.now() - start > giveUpAfter) return null;
    await progress({ progress: asked, message: current.status });
    await sleep(pollEvery, undefined, { signal });
    try {
      current = await api.result(submitted.id, signal);
      failures = 0;
    } catch (error) {
      if (!(error instanceof ApiError && error.passing) || ++failures >= POLL_FAILURES) throw error;
    }
  }
}

/** Outputs are addresses; a model that answers with the picture itself gives a data URL or bare base64. */
function delivered(model: string, outputs: string[]): Generated {
  const urls = outputs.filter((output) => /^https?:\/\//.test(output));
  const pictures = outputs.map(readDataUrl).filter((picture) => picture !== null);
  if (urls.length + pictures.length === 0) return failed(model, 'WaveSpeed answered without any output.');
  return { model, urls, pictures, error: null };
}

function readDataUrl(output: string): Picture | null {
  const [, mimeType, data] = /^data:(image\/(?:png|gif|jpeg|webp));base64,([A-Za-z0-9+/=]+)$/.exec(output) ?? [];
  return mimeType && data ? { mimeType: mimeType as Picture['mimeType'], bytes: Buffer.from(data, 'base64') } : null;
}
