import { createHash } from 'node:crypto';
import { type ChainHead, verifyChain } from '@toolgate/audit/chain';
import type { AuditEvent } from '@toolgate/audit/event';
import { Failure } from './failure.ts';

const PROBLEMS = {
  edited: 'was changed after it had been recorded',
  gap: 'does not follow the one before it: events are missing or in another order',
  truncated: 'does not end as it was once seen to',
  unreadable: 'cannot be read',
};

/**
 * Checks the hash chain of an export, offline. One that begins later (`--since`) is checked from its first event on.
 * Rejects (Failure) with the first event that does not hold. Events cut off at the end show only against a head that was kept.
 */
export function verifyAudit(text: string): { events: number; from: number; head: ChainHead } {
  const events = text.split('\n').filter(Boolean).map(parseLine);
  const [first] = events;
  if (!first) throw new Failure('The file holds no events.');
  const after = { seq: Number(first.seq) - 1, hash: String(first.prevHash) };
  const checked = verifyChain(events, sha256, { after });
  if (!checked.ok) throw new Failure(`Event ${checked.seq} ${PROBLEMS[checked.problem]}.`);
  return { events: events.length, from: after.seq + 1, head: checked.head };
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

function parseLine(line: string, index: number): AuditEvent {
  try {
    return JSON.parse(line) as AuditEvent;
  } catch {
    throw new Failure(`Line ${index + 1} is not JSON.`);
  }
}
