import { createHash } from 'node:crypto';
import { canonical, chainHash, GENESIS } from '@toolgate/audit/chain';
import type { Actor, Services } from '../context.ts';
import { eventOf } from './event-row.ts';

export interface EventProof {
  /** The event's hash is the one of what it says and of the hash before it. */
  holds: boolean;
  /** The event before it has the hash that it follows; `first`: it is the first one; `gone`: that one is no longer kept. */
  previous: 'holds' | 'broken' | 'first' | 'gone';
  /** The oldest signed statement that covers it; null: none yet. */
  checkpoint: { seq: number; at: string; keyId: string } | null;
}

/** Computed anew from what is stored; null when the organization has no event of this number. */
export async function readEventProof(s: Pick<Services, 'db'>, actor: Actor, seq: number): Promise<EventProof | null> {
  const { organizationId } = actor;
  const number = BigInt(seq);
  const [rows, checkpoint] = await s.db.forOrganization(organizationId, async (tx) => [
    await tx.auditEvent.findMany({ where: { organizationId, seq: { in: [number - 1n, number] } }, orderBy: { seq: 'desc' } }),
    await tx.auditCheckpoint.findFirst({ where: { organizationId, seq: { gte: number } }, orderBy: { seq: 'asc' } }),
  ]);
  const [event, before] = rows.map(eventOf);
  if (event?.seq !== seq) return null;
  const hash = chainHash(event.prevHash, canonical(event), (text) => createHash('sha256').update(text).digest('hex'));
  const previous =
    seq === 1 ? (event.prevHash === GENESIS ? 'first' : 'broken') : !before ? 'gone' : before.hash === event.prevHash ? 'holds' : 'broken';
  return {
    holds: hash === event.hash,
    previous,
    checkpoint: checkpoint && { seq: Number(checkpoint.seq), at: checkpoint.at.toISOString(), keyId: checkpoint.keyId },
  };
}
