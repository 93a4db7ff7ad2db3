/** A record that waits to be drained, from wherever it waits. */
import { AuditRecord, auditFacts } from '@toolgate/audit/event';
import { storable } from '@toolgate/audit/storable';
import type { z } from 'zod';

export interface PendingRecord {
  /** Where it comes from, for a log line about one that nobody can read: `AuditRecord 12`, `{s17}:audit 1700-0`. */
  source: string;
  /** When the ledger took it, by the ledger's clock. */
  at: Date;
  record: AuditRecord;
}

/** Reads a record from PostgreSQL, whose jsonb holds nothing that could not be stored again. What cannot be read becomes an event that says so. */
export function readPending(source: string, at: Date, value: unknown, organizationId: string): PendingRecord {
  const read = AuditRecord.safeParse(value);
  return read.success
    ? { source, at, record: read.data }
    : unreadable({ source, at, owner: organizationId, value, reason: reasonOf(read) });
}

/** Reads a record from a stream; null when it cannot be read and it is not even known whose it is. */
export function readPendingText(source: string, at: Date, text: string): PendingRecord | null {
  const parsed = parse(text);
  // Both are written as escapes by JSON.stringify, so that their absence is cheap to see.
  const value = (text.includes('\\u') || text.includes('\0')) && UNSTORABLE.test(text) ? storable(parsed) : parsed;
  const read = AuditRecord.safeParse(value);
  if (read.success) return { source, at, record: read.data };
  const owner = ownerOf(value);
  return owner === null ? null : unreadable({ source, at, owner, value, reason: reasonOf(read) });
}

/** The same record as an event that says why it could not be kept as it was. */
export function asUnreadable({ source, at, record }: PendingRecord, reason: string): PendingRecord {
  return unreadable({ source, at, owner: ownerOf(record) ?? '', value: record, reason });
}

const KEPT_CHARACTERS = 4000;
const UNSTORABLE = /\0|\\u(?:0000|[dD][89a-fA-F])/;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const reasonOf = ({ error }: { error: z.ZodError }): string =>
  error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');

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
