/** One server's part of a stream that joins several: opened again whenever it ends, until it is not wanted, or not to be had, any more. */

import { type Flow, send, type UpstreamRequest } from '@toolgate/egress/upstream/send';
import { createSseReader, type SseEvent } from '@toolgate/mcp/sse';

export interface Followed {
  pause(): void;
  resume(): void;
  stop(): void;
  /** Resolves when it will not be opened again. */
  over: Promise<void>;
}

export interface Following {
  /** What opens it, each time anew. */
  request(): Omit<UpstreamRequest, 'onStart'>;
  onEvent(event: SseEvent): void;
  /** Of one event. */
  maxLength: number;
  /** The head of an answer, or a fault, that is no stream. */
  onRefused?(): void;
}

const RETRY_MS = 1000;
const MAX_RETRY_MS = 30_000;

export function followStream(following: Following): Followed {
  const gone = new AbortController();
  const state: State = { paused: false, stopped: false, flow: null, retryMs: RETRY_MS };
  return {
    pause() {
      state.paused = true;
      state.flow?.pause();
    },
    resume() {
      state.paused = false;
      state.flow?.resume();
    },
    stop() {
      state.stopped = true;
      gone.abort();
      state.flow?.stop(null);
    },
    over: follow(following, state, gone.signal),
  };
}

interface State {
  paused: boolean;
  stopped: boolean;
  flow: Pick<Flow, 'pause' | 'resume' | 'stop'> | null;
  /** What the server asked for. */
  retryMs: number;
}

async function follow(following: Following, state: State, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !state.stopped; ) {
    const status = await readOnce(following, state);
    if (state.stopped) return;
    if (status !== 200) following.onRefused?.();
    // Refused for good: no stream is offered, or the session is gone.
    if (status !== null && status !== 200 && status !== 429 && status < 500) return;
    failures = status === 200 ? 0 : failures + 1;
    await waited(Math.min(MAX_RETRY_MS, state.retryMs * 2 ** Math.min(failures, 10)), signal);
  }
}

function waited(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}

/** @returns the status of the answer, 415 for one that is no stream; null: there was none. */
async function readOnce({ request, onEvent, maxLength }: Following, state: State): Promise<number | null> {
  let status: number | null = null;
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const reader = createSseReader(maxLength);
  const onStart = (stop: Flow['stop']) => {
    state.flow = { pause: () => {}, resume: () => {}, stop };
  };
  await send(
    { ...request(), onStart },
    {
      head(code, headers, flow) {
        if (code < 200) return;
        const isStream = code === 200 && String(headers['content-type']).startsWith('text/event-stream');
        status = code === 200 && !isStream ? 415 : code;
        if (!isStream || (headers['content-encoding'] ?? 'identity') !== 'identity') return flow.stop(null);
        state.flow = flow;
        if (state.paused) flow.pause();
      },
      data(chunk) {
        for (const event of reader.push(decoder.decode(chunk, { stream: true }))) {
          if (event.retry !== null) state.retryMs = Math.min(MAX_RETRY_MS, Math.max(100, Number(event.retry)));
          onEvent(event);
        }
      },
    },
  );
  state.flow = null;
  return status;
}
