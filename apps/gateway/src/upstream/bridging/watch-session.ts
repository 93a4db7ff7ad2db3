import type { AnswerSink } from '@toolgate/egress/upstream/send';
import { isObject } from '@toolgate/mcp/is-object';

export interface WatchedSession {
  sink: AnswerSink;
  /** To be called when the exchange has ended: passes on what was held back. @returns whether the session was gone. */
  end(): boolean;
}

/** Longer than any refusal by a transport. */
const MAX_BYTES = 16 * 1024;

/**
 * Finds out whether the server has forgotten the session, before the answer is passed on. It should say so with 404 (2025-11-25, "Session
 * Management"); many say 400 with an error of their transport, which names no request because none was looked at.
 */
export function watchSession(onward: AnswerSink): WatchedSession {
  let gone = false;
  let held: { chunks: Buffer[]; pass(): void } | null = null;
  const decide = (bytes: Buffer, pass: () => void) => {
    if (isTransportRefusal(bytes)) gone = true;
    else pass();
  };
  return {
    sink: {
      head(status, headers, flow) {
        if (status === 404) {
          gone = true;
          flow.stop(null);
        } else if (status === 400) {
          const chunks: Buffer[] = [];
          const pass = () => {
            onward.head(status, headers, flow);
            for (const chunk of chunks) onward.data(chunk);
          };
          held = { chunks, pass };
        } else onward.head(status, headers, flow);
      },
      data(chunk) {
        if (!held) return onward.data(chunk);
        held.chunks.push(chunk);
        const { chunks, pass } = held;
        if (chunks.reduce((sum, { length }) => sum + length, 0) <= MAX_BYTES) return;
        held = null;
        pass();
      },
    },
    end() {
      if (held) decide(Buffer.concat(held.chunks), held.pass);
      held = null;
      return gone;
    },
  };
}

function isTransportRefusal(bytes: Buffer): boolean {
  try {
    return refusesSession(JSON.parse(bytes.toString('utf8')));
  } catch {
    return false;
  }
}

/** Of the answer under a 400. */
export function refusesSession(response: unknown): boolean {
  return isObject(response) && (response.id ?? null) === null && isObject(response.error) && response.error.code === -32000;
}
