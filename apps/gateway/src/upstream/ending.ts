/** How a call ended, as the audit log keeps it. */
import type { CallEnd, CallOutcome } from '@toolgate/audit/event';
import type { UpstreamFault } from '@toolgate/egress/upstream/send';

export type Ending = Omit<CallEnd, 'latencyMs'>;

export function ending(outcome: CallOutcome, more: Partial<Ending> = {}): Ending {
  return { outcome, code: null, message: null, ...more };
}

export function faultEnding(fault: UpstreamFault, message: string, detail: string | undefined, more: Partial<Ending> = {}): Ending {
  const outcome = fault === 'upstream_timeout' ? 'timeout' : 'upstream_error';
  return ending(outcome, { code: fault, message, ...(detail === undefined ? {} : { fault: detail.slice(0, 500) }), ...more });
}

/** Of a JSON-RPC response: what the tool, or the upstream, said. */
export function responseEnding(response: Record<string, unknown>, more: Partial<Ending> = {}): Ending {
  if (response.error !== undefined) return ending('upstream_error', { code: 'upstream_error', ...more });
  const { isError } = (response.result ?? {}) as { isError?: unknown };
  return ending(isError === true ? 'tool_error' : 'ok', more);
}
