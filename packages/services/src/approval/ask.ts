import type { Transaction } from '@toolgate/db/database';
import type { Services } from '../context.ts';
import { newId } from '../id.ts';
import { type BoundCall, callHash } from './call-hash.ts';
import { sealArguments } from './sealed-arguments.ts';

/** A call that only passes with a person's approval, as the policy decided it. */
export interface ApprovalCall extends BoundCall {
  organizationId: string;
  client: string | null;
  /** RFC 6901 pointer of the entry that asks. */
  rule: string;
  message: string;
  timeoutMs: number;
  requiredApprovals: number;
  requesterExcluded: boolean;
}

/** The right to pass once, taken: nobody else passes with it. */
export interface Claim {
  organizationId: string;
  approvalId: string;
  callHash: Buffer;
  /** Who approved. */
  by: string;
  /** The request that had used it, and with which this one goes on; null: it is a use of its own. */
  continues: string | null;
}

/** What a caller knows of an approval for its call. */
export interface KnownApproval {
  /** The request for approval that it has joined before. */
  waitedFor?: string | null;
  /** It answers what the server asked within the call that `requestId` made with this approval. */
  continues?: { approvalId: string; requestId: string } | null;
}

export type Asked =
  | { kind: 'passed'; claim: Claim }
  | { kind: 'pending'; approvalId: string; expiresAt: Date }
  | { kind: 'denied'; approvalId: string; by: string; reason: string }
  /** The one that was waited for ended without an answer, or without being used. */
  | { kind: 'expired'; approvalId: string }
  /** The grant has as many calls waiting as it may. */
  | { kind: 'full'; most: number };

/** Waiting at once, of one grant: an agent that tries and tries does not bury the inbox. */
export const MOST_PENDING = 20;

/**
 * Takes an approval for exactly this call, or learns how its request stands, or makes one. A call that is pending already joins that request.
 * @param requestId of the HTTP request: what `giveBackApproval` needs.
 */
export function askApproval(
  s: Pick<Services, 'db' | 'keyRing'>,
  call: ApprovalCall,
  requestId: string,
  { waitedFor = null, continues = null }: KnownApproval = {},
): Promise<Asked> {
  const { organizationId, grantId } = call;
  const hash = callHash(call);
  return s.db.forOrganization(organizationId, async (tx) => {
    // One after the other within a grant: its pending requests are counted, and one call is asked about once.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`approvals ${organizationId} ${grantId}`}, 0))`;
    const by = continues && (await goOn(tx, organizationId, { ...continues, hash, next: requestId }));
    if (continues && by !== null) {
      const { approvalId, requestId: before } = continues;
      return { kind: 'passed', claim: { organizationId, approvalId, callHash: hash, by, continues: before } };
    }
    const standing = await findStanding(tx, organizationId, hash);
    if (standing?.state === 'approved') {
      const by = standing.decidedBy ?? '';
      if (await take(tx, organizationId, standing.id, requestId))
        return { kind: 'passed', claim: { organizationId, approvalId: standing.id, callHash: hash, by, continues: null } };
    } else if (standing?.state === 'denied') {
      return { kind: 'denied', approvalId: standing.id, by: standing.decidedBy ?? '', reason: standing.reason ?? '' };
    } else if (standing) {
      if (standing.id !== waitedFor) await join(tx, organizationId, standing.id);
      return { kind: 'pending', approvalId: standing.id, expiresAt: standing.expiresAt };
    }
    if (waitedFor !== null && (await hasLapsed(tx, organizationId, waitedFor, hash))) return { kind: 'expired', approvalId: waitedFor };
    if ((await countPending(tx, organizationId, grantId)) >= MOST_PENDING) return { kind: 'full', most: MOST_PENDING };
    return open(tx, s, call, hash);
  });
}

interface Standing {
  id: string;
  state: 'pending' | 'approved' | 'denied';
  expiresAt: Date;
  decidedBy: string | null;
  reason: string | null;
}

/** What stands for this call now, by the database's clock: the newest request that is pending, or whose answer still counts. */
async function findStanding(tx: Transaction, organizationId: string, hash: Buffer): Promise<Standing | undefined> {
  const rows = await tx.$queryRaw<Standing[]>`
    SELECT "id", "state"::text AS "state", "expiresAt", "decidedBy", "reason" FROM "Approval"
    WHERE "organizationId" = ${organizationId} AND "callHash" = ${hash} AND "state" IN ('pending', 'approved', 'denied')
      AND "expiresAt" > clock_timestamp()
    ORDER BY "createdAt" DESC, "id" DESC LIMIT 1`;
  return rows[0];
}

/** Single use: of all who try at once, the update finds one approval in one state once. */
async function take(tx: Transaction, organizationId: string, id: string, requestId: string): Promise<boolean> {
  const taken = await tx.$executeRaw`
    UPDATE "Approval" SET "state" = CASE WHEN "mode" = 'once' THEN 'used' ELSE "state" END, "uses" = "uses" + 1,
      "usedAt" = clock_timestamp(), "usedBy" = ${requestId}
    WHERE "organizationId" = ${organizationId} AND "id" = ${id} AND "state" = 'approved' AND "expiresAt" > clock_timestamp()`;
  return taken === 1;
}

/**
 * The same use goes on in another request, for the very same call under the same policy, within the time of the approval. That request becomes
 * the one that used it: of all who try with the one before, the update finds it once. @returns who approved; null: there is nothing to go on with.
 */
async function goOn(
  tx: Transaction,
  organizationId: string,
  { approvalId, requestId, hash, next }: { approvalId: string; requestId: string; hash: Buffer; next: string },
): Promise<string | null> {
  const rows = await tx.$queryRaw<{ by: string | null }[]>`
    UPDATE "Approval" SET "usedBy" = ${next}, "usedAt" = clock_timestamp()
    WHERE "organizationId" = ${organizationId} AND "id" = ${approvalId} AND "callHash" = ${hash} AND "state" = 'used' AND "mode" = 'once'
      AND "usedBy" = ${requestId} AND "expiresAt" > clock_timestamp()
    RETURNING "decidedBy" AS "by"`;
  return rows[0] ? (rows[0].by ?? '') : null;
}

async function join(tx: Transaction, organizationId: string, id: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Approval" SET "asked" = "asked" + 1 WHERE "organizationId" = ${organizationId} AND "id" = ${id} AND "state" = 'pending'`;
}

/** Whether the request for this very call ended by time, and not because somebody else passed with it. */
async function hasLapsed(tx: Transaction, organizationId: string, id: string, hash: Buffer): Promise<boolean> {
  const row = await tx.approval.findUnique({ where: { organizationId_id: { organizationId, id } } });
  return row !== null && row.state !== 'used' && Buffer.from(row.callHash).equals(hash);
}

async function countPending(tx: Transaction, organizationId: string, grantId: string): Promise<number> {
  const rows = await tx.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) AS "count" FROM "Approval" WHERE "organizationId" = ${organizationId} AND "grantId" = ${grantId}
      AND "state" = 'pending' AND "expiresAt" > clock_timestamp()`;
  return Number(rows[0]?.count ?? 0);
}

async function open(tx: Transaction, s: Pick<Services, 'keyRing'>, call: ApprovalCall, hash: Buffer<ArrayBuffer>): Promise<Asked> {
  const { organizationId, grantId, serverId, tool, policyId, policyVersion, rule, message, client, timeoutMs } = call;
  const { requiredApprovals, requesterExcluded } = call;
  const id = newId();
  // One that ran out, and that nobody has marked so yet, makes room for the next request for the same call.
  await tx.$executeRaw`
    UPDATE "Approval" SET "pendingHash" = NULL
    WHERE "organizationId" = ${organizationId} AND "pendingHash" = ${hash} AND "expiresAt" <= clock_timestamp()`;
  const sealed = await sealArguments(tx, s.keyRing, organizationId, id, call.argumentsText);
  const [clock] = await tx.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS "now"`;
  const expiresAt = new Date((clock as { now: Date }).now.getTime() + timeoutMs);
  const asked = { rule, message, client, requiredApprovals, requesterExcluded, createdAt: clock?.now as Date, expiresAt };
  const bound = { grantId, serverId, tool, policyId, policyVersion, callHash: hash, pendingHash: hash };
  await tx.approval.create({ data: { organizationId, id, ...bound, ...asked, ...sealed } });
  return { kind: 'pending', approvalId: id, expiresAt };
}
