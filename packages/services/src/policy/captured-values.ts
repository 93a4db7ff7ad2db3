/** The captured arguments of recorded calls, opened for a replay: all at once, recorded as one event before any is given. */
import { createHash } from 'node:crypto';
import { REDACTED } from '@toolgate/audit/redact';
import type { Transaction } from '@toolgate/db/database';
import { captureKey, openCapture } from '../audit/capture-seal.ts';
import { recordChange } from '../audit/record-change.ts';
import { stillMay } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { may } from '../permission.ts';
import { argumentKey } from '../secret/data-key.ts';

/** What an event says of what was captured of its call. */
export interface CapturedMark {
  sha256: string;
  redacted: number;
  truncated: boolean;
}

export interface ValueReading {
  policy: { id: string; slug: string };
  /** How many calls, and the numbers of the oldest and the newest of them. */
  calls: number;
  from: bigint;
  to: bigint;
  why: 'replay';
}

export const mayReadValues = (actor: Actor): boolean => may(actor, 'audit.capture');

/** The key of an organization's captured arguments, once it is recorded who reads how many of them and why; null: the member may not. */
export function beginReadingValues(
  s: Pick<Services, 'db' | 'keyRing' | 'now'>,
  actor: Actor,
  { policy, calls, from, to, why }: ValueReading,
): Promise<Buffer | null> {
  if (!mayReadValues(actor)) return Promise.resolve(null);
  const { organizationId } = actor;
  return s.db.forOrganization(organizationId, async (tx) => {
    if (!(await stillMay(tx, actor, 'audit.capture'))) return null;
    const key = captureKey(await argumentKey(tx, s.keyRing, organizationId), organizationId);
    const target = { kind: 'policy', id: policy.id, name: policy.slug };
    const after = { why, calls, from: Number(from), to: Number(to) };
    await recordChange(tx, actor, { action: 'audit.read_captures', target, after }, s.now());
    return key;
  });
}

/** What is known of a call's arguments; where nothing was taken out, their names too. */
export interface KnownValues {
  args: Record<string, unknown>;
  argumentKeys?: string[];
  keysComplete?: true;
}

/** By the event's id; nothing of a call whose capture is gone, cut, or not what the event says. */
export async function openValues(
  tx: Transaction,
  { organizationId }: Actor,
  key: Buffer,
  events: readonly { id: string; captured: CapturedMark | null }[],
): Promise<Map<string, KnownValues>> {
  const marks = new Map(events.flatMap(({ id, captured }) => (captured && !captured.truncated ? [[id, captured]] : [])));
  const rows = await tx.auditCapture.findMany({ where: { organizationId, eventId: { in: [...marks.keys()] } } });
  const known = rows.map(({ eventId, ciphertext }): [string, KnownValues | null] => {
    const mark = marks.get(eventId);
    if (!mark || createHash('sha256').update(ciphertext).digest('hex') !== mark.sha256) return [eventId, null];
    return [eventId, knownValues(openCapture(key, organizationId, eventId, ciphertext), mark.redacted > 0)];
  });
  return new Map(known.flatMap(([id, values]) => (values ? [[id, values]] : [])));
}

/** The arguments that are exactly as they were: where something was taken out, only those that show nothing of it. Null: none is certain. */
function knownValues(text: string, isRedacted: boolean): KnownValues | null {
  const args = JSON.parse(text) as unknown;
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return null;
  const entries = Object.entries(args);
  if (!isRedacted) return { args: args as Record<string, unknown>, argumentKeys: Object.keys(args), keysComplete: true };
  // A name that was taken out may have been any.
  if (entries.some(([name]) => name.includes(REDACTED))) return null;
  return { args: Object.fromEntries(entries.filter(([, value]) => !JSON.stringify(value).includes(REDACTED))) };
}
