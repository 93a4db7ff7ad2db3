/** `fetch` for one discovery: no redirects, answers of MCP only, and no more bytes in all than allowed. */
import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import { type Dispatcher, fetch } from 'undici';
import { TooMuch, UnexpectedAnswer } from './discovery-failure.ts';

/** @param maxBytes of all answers together, decoded */
export function cappedFetch(dispatcher: Dispatcher, maxBytes: number): FetchLike {
  let left = maxBytes;
  return async (url, init) => {
    const response = await fetch(url, { ...(init as object), dispatcher, redirect: 'manual' });
    const type = response.headers.get('content-type') ?? '';
    if (init?.method === 'POST' && !isMcp(response.status, type)) {
      await response.body?.cancel();
      throw new UnexpectedAnswer(response.status, type);
    }
    const counted = response.body?.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          left -= chunk.byteLength;
          if (left < 0) controller.error(new TooMuch(`The server sent more than ${maxBytes >> 20} MiB.`));
          else controller.enqueue(chunk);
        },
      }),
    );
    const bodyless = [204, 205, 304].includes(response.status);
    return new Response(bodyless ? null : ((counted ?? null) as ReadableStream<Uint8Array<ArrayBuffer>> | null), {
      status: response.status,
      headers: [...response.headers],
    });
  };
}

/** Streamable HTTP: a request is answered with JSON or a stream, a notification with 202. */
function isMcp(status: number, type: string): boolean {
  return status === 202 || (status >= 200 && status < 300 && /^(application\/json|text\/event-stream)\b/i.test(type));
}
