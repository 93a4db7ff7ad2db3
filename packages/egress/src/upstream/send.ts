/** One request to an upstream, with deadlines. Never retried. */
import type { FaultCode } from '@toolgate/mcp/errors';
import type { Dispatcher } from 'undici';
import type { Circuit } from './circuit.ts';
import type { Target } from './target.ts';

export type UpstreamFault = Extract<
  FaultCode,
  | 'upstream_unreachable'
  | 'upstream_unavailable'
  | 'upstream_timeout'
  | 'upstream_bad_answer'
  | 'upstream_refused_credential'
  | 'egress_blocked'
  | 'secret_unavailable'
>;

export interface UpstreamRequest {
  target: Target;
  method: 'POST' | 'GET' | 'DELETE';
  headers: Record<string, string>;
  body: Buffer | null;
  /** For the whole exchange; null: no limit. */
  totalMs: number | null;
  /** Without a byte; null: no limit. */
  idleMs: number | null;
  /** Is given what gives the exchange up, before it begins. */
  onStart?: (stop: Flow['stop']) => void;
}

/** What an answer is done with, as it comes. */
export interface AnswerSink {
  head(status: number, headers: Record<string, string | string[] | undefined>, flow: Flow): void;
  data(chunk: Buffer): void;
}

export interface Flow {
  pause(): void;
  resume(): void;
  /** Gives the exchange up. Null: as planned, the rest is not wanted. */
  stop(fault: UpstreamFault | null, detail?: string): void;
}

export interface UpstreamEnd {
  /** Null: the answer is complete, or was stopped as planned. */
  fault: UpstreamFault | null;
  detail?: string;
  /** What the connection ended with. */
  error?: unknown;
  /** False: not one byte of the request has left. */
  sent: boolean;
}

/** Resolves when the answer has ended, one way or another. Never rejects. */
export function send({ target, method, headers, body, totalMs, idleMs, onStart }: UpstreamRequest, sink: AnswerSink): Promise<UpstreamEnd> {
  const { circuit } = target.state;
  const wait = circuit.wait();
  if (wait > 0) return Promise.resolve({ fault: 'upstream_unavailable', detail: `left alone for ${wait} ms`, sent: false });
  return new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | null = null;
    let sent = false;
    let ended = false;
    let answered = false;
    const end = (fault: UpstreamFault | null, detail?: string, error?: unknown) => {
      if (ended) return;
      ended = true;
      if (!answered) tell(circuit, fault);
      clearTimeout(total);
      clearTimeout(idle);
      resolve({ fault, sent, ...(detail === undefined ? {} : { detail }), ...(error === undefined ? {} : { error }) });
    };
    const stop = (fault: UpstreamFault | null, detail?: string) => {
      end(fault, detail);
      controller?.abort(new Error('given up'));
    };
    const timer = (ms: number | null, detail: string) => (ms === null ? undefined : setTimeout(() => stop('upstream_timeout', detail), ms));
    const total = timer(totalMs, `no complete answer within ${totalMs} ms`);
    const idle = timer(idleMs, `silent for ${idleMs} ms`);
    const flow: Flow = { pause: () => controller?.pause(), resume: () => controller?.resume(), stop };
    /** An answer that this process cannot handle ends the exchange, not the process. */
    const guarded = (handle: () => void) => {
      if (ended) return;
      try {
        idle?.refresh();
        handle();
      } catch (error) {
        stop('upstream_bad_answer', error instanceof Error ? error.message : String(error));
      }
    };
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        controller = started;
        if (ended) started.abort(new Error('given up'));
        else sent = true;
      },
      onResponseStart: (_, status, responseHeaders) =>
        guarded(() => {
          if (status >= 200) {
            answered = true;
            if (GATEWAY_ERRORS.has(status)) circuit.failed();
            else circuit.worked();
          }
          sink.head(status, responseHeaders, flow);
        }),
      onResponseData: (_, chunk) => guarded(() => sink.data(chunk)),
      onResponseEnd: () => end(null),
      onResponseError: (_, error) => end(...describeError(error), error),
    };
    onStart?.(stop);
    try {
      target.dispatcher.dispatch({ origin: target.origin, path: target.path, method, headers, body }, handler);
    } catch (error) {
      end(...describeError(error), error);
    }
  });
}

/** What a proxy in front of a server that is away answers. */
const GATEWAY_ERRORS = new Set([502, 503, 504]);

/** Of an exchange that ended before the head of its answer. */
function tell(circuit: Circuit, fault: UpstreamFault | null): void {
  if (fault === 'upstream_unreachable' || fault === 'upstream_timeout') circuit.failed();
  else circuit.abandoned();
}

function describeError(error: unknown): [UpstreamFault, string] {
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (code === 'EGRESS_BLOCKED') return ['egress_blocked', message];
  const detail = code && !message.includes(code) ? `${code}: ${message}` : message;
  const isNoHttp = name === 'HTTPParserError' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' || code === 'UND_ERR_HEADERS_OVERFLOW';
  return [isNoHttp ? 'upstream_bad_answer' : 'upstream_unreachable', detail];
}
