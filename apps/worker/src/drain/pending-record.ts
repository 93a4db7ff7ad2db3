/** A record that waits to be drained, from wherever it waits. */
import { AuditRecord, auditFacts } from '@toolgate/audit/event';
import { storable } from '@toolgate/audit/storable';

export interface PendingRecord {
  /** Where it comes from, for a log line about one that nobody can read: `AuditRecord 12`, `{s17}:audit 1700-0`. */
  source: string;
  /** When the ledger took it, by the ledger's clock. */
  at: Date;
  record: AuditRecord;
}

/**
 * Reads what the ledger or the control plane wrote. What cannot be read is kept as an event that says so, as long as it is known
 * whose it is; null when even that is unknown.
 */
export function readPending(source: string, at: Date, value: unknown, organizationId: string): PendingRecord;
export function readPending(source: string, at: Date, value: unknown, organizationId: string | null): PendingRecord | null;
export function readPending(source: string, at: Date, value: unknown, organizationId: string | null): PendingRecord | null {
  const kept = storable(value);
  const read = AuditRecord.safeParse(kept);
  if (read.success) return { source, at, record: read.data };
  const owner = organizationId ?? ownerOf(kept);
  const reason = read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  return owner === null ? null : unreadable({ source, at, owner, value: kept, reason });
}

/** The same record as an event that says why it could not be kept as it was. */
export function asUnreadable({ source, at, record }: PendingRecord, reason: string): PendingRecord {
  return unreadable({ source, at, owner: ownerOf(record) ?? '', value: record, reason });
}

const KEPT_CHARACTERS = 4000;

function unreadable(given: { source: string; at: Date; owner: string; value: unknown; reason: string }): PendingRecord {
  const { source, at, owner, value, reason } = given;
  const fault = `${source} could not be read (${reason.slice(0, 500)}): ${JSON.stringify(value).slice(0, KEPT_CHARACTERS)}`;
  const known = { id: `unreadable ${source}`, organizationId: owner, at: at.toISOString(), kind: 'call' } as const;
  const facts = auditFacts({ ...known, outcome: 'unknown', code: 'unreadable_record', detail: { fault } });
  return { source, at, record: { type: 'event', facts } };
}

function ownerOf(value: unknown): string | null {
  const { organizationId, facts } = (value ?? {}) as { organizationId?: unknown; facts?: { organizationId?: unknown } };
  const owner = facts?.organizationId ?? organizationId;
  return typeof owner === 'string' && owner !== '' ? owner : null;
}
