/** A caller who is held: its connection is kept alive, its progress is told where it asked for that, and it is noticed when it leaves. */
import type { Gateway } from '../gateway.ts';
import { openEventStream, sendEvent } from '../http/event-stream.ts';
import type { Received } from '../stages/call.ts';

export interface Hold {
  /** Aborted when the client goes away. */
  gone: AbortSignal;
  /** Says no more. A stream that has begun stays open for the answer. */
  end(): void;
}

const PROGRESS_MS = 5000;

/** @param text what progress notifications say. */
export function openHold({ settings }: Gateway, { exchange, message }: Pick<Received, 'exchange' | 'message'>, text: string): Hold {
  const { request, response } = exchange;
  const { keepaliveMs } = settings;
  const gone = new AbortController();
  const onClose = () => gone.abort();
  if (response.destroyed) onClose();
  response.once('close', onClose);
  const progressToken = message?.kind === 'request' ? message.progressToken : null;
  const mayStream = /\btext\/event-stream\b/i.test(request.headers.accept ?? '');
  let told = 0;
  const tick = () => {
    openEventStream(exchange, keepaliveMs);
    if (progressToken === null) return;
    // Progress must increase, and the server may report its own with the same token: these are less than anything it will say.
    const params = { progressToken, progress: ++told * 1e-6, message: text };
    sendEvent(exchange, { jsonrpc: '2.0', method: 'notifications/progress', params });
  };
  const timer = mayStream ? setInterval(tick, progressToken === null ? keepaliveMs : Math.min(PROGRESS_MS, keepaliveMs)) : undefined;
  // Without it the head waits: who is answered soon gets an ordinary answer.
  if (mayStream && progressToken !== null) tick();
  return {
    gone: gone.signal,
    end: () => {
      clearInterval(timer);
      response.off('close', onClose);
    },
  };
}
