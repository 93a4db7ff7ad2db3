import type { AuditEvent } from '@toolgate/audit/event';

/** Why an event of the log is no call that a policy can be asked about. */
export function notToTry(seq: number, event: Pick<AuditEvent, 'kind' | 'method'> | null): string {
  if (!event) return `There is no event #${seq} in the log.`;
  if (event.kind === 'change') return `Event #${seq} of the log is a change, not a call.`;
  return `Event #${seq} of the log is ${event.method ? `a request of ${event.method}` : 'a request that could not be read'}: only calls of tools can be tried.`;
}
