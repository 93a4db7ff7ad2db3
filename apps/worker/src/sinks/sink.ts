/** A sink as the worker delivers to it, and what its deliveries have in common. */
import type { AuditEvent } from '@toolgate/audit/event';
import type { Dispatcher } from 'undici';

export interface Sink {
  organizationId: string;
  /** The organization's slug. */
  organization: string;
  id: string;
  kind: 'webhook' | 'syslog' | 'otlp' | 'splunk';
  url: string;
  headerName: string | null;
  /** Opened. */
  secret: string | null;
}

export interface Outlet {
  /** The guarded dispatcher. */
  dispatcher: Dispatcher;
  /** `host:port` pairs that may be private. */
  allow: readonly string[];
  /** Certificate authorities in place of the system's, for syslog over TLS. */
  ca?: string;
}

/** Resolves when the receiver has all of it. */
export type Deliver = (outlet: Outlet, sink: Sink, events: AuditEvent[]) => Promise<void>;

/** Why a delivery failed, for the people who set the sink up. */
export class DeliveryFailure extends Error {
  /** What the receiver asked for. */
  readonly retryAfterMs: number | null;
  constructor(message: string, retryAfterMs: number | null = null) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Syslog's numbers (RFC 5424 section 6.2.1): what went wrong elsewhere is an error, what was refused is a warning. */
export function severityOf({ kind, decision, outcome }: AuditEvent): 3 | 4 | 6 {
  if (kind === 'change') return 6;
  if (decision === 'allowed' || decision === 'approved') return outcome === null || outcome === 'ok' || outcome === 'client_gone' ? 6 : 3;
  return 4;
}

/** One line for people. */
export function summaryOf(event: AuditEvent): string {
  const { kind, actor, action, decision, outcome, tool, method, server, grant, detail } = event;
  if (kind === 'change') return `${actor ?? 'somebody'} ${action ?? 'changed something'} ${detail.target?.name ?? ''}`.trim();
  const what = [tool ?? method ?? 'a request', server && `on ${server}`, grant && `by ${grant}`].filter(Boolean).join(' ');
  return `${decision ?? 'unknown'} ${what}${outcome && outcome !== 'ok' ? `: ${outcome}` : ''}`;
}
