/** In 2026-07-28 a client cancels by closing its end of the answer; in a session that is no cancellation. */

import type { Flow } from '@toolgate/egress/upstream/send';
import type { Admitted } from '../../stages/call.ts';

/** For `send`: gives the exchange up when the client goes away. */
export function abortWithClient({ exchange: { response } }: Admitted, then?: () => void): (stop: Flow['stop']) => void {
  return (stop) => {
    response.once('close', () => {
      if (response.writableFinished) return;
      stop(null);
      then?.();
    });
  };
}

/** Bridged calls of sessions that are still running, by session and request: servers know neither. */
export type BridgedCalls = Map<string, () => void>;

/** For `send`: lets a `notifications/cancelled` of the same session give the exchange up. @returns what forgets it, and what to start with. */
export function cancellable(calls: BridgedCalls, call: Admitted, then?: () => void): { onStart(stop: Flow['stop']): void; forget(): void } {
  const key = call.message?.kind === 'request' ? keyOf(call, call.message.id) : null;
  if (key === null) return { onStart: () => {}, forget: () => {} };
  return {
    onStart(stop) {
      calls.set(key, () => {
        stop(null);
        then?.();
      });
    },
    forget: () => void calls.delete(key),
  };
}

/** Gives up the call that a notification names, if it is one of this session and still running. */
export function cancelBridged(calls: BridgedCalls, call: Admitted): void {
  const { message } = call;
  if (message?.kind !== 'notification' || message.method !== 'notifications/cancelled') return;
  const { requestId } = message.params;
  if (typeof requestId === 'string' || typeof requestId === 'number') calls.get(keyOf(call, requestId) ?? '')?.();
}

function keyOf({ exchange }: Admitted, id: string | number): string | null {
  const session = exchange.request.headers['mcp-session-id'];
  return typeof session === 'string' ? `${session} ${JSON.stringify(id)}` : null;
}
