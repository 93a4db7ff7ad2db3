import type { ApprovalMode } from '@toolgate/db/client';
import type { Transaction } from '@toolgate/db/database';
import { z } from 'zod';
import { type ChangeResult, change, changed } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { Id } from '../fields.ts';
import { refuse } from '../refusal.ts';
import { approvalTarget, isRequester, lockApproval, noApproval, whyNotOpen } from './find.ts';

const Approve = z.strictObject({ approvalId: Id, mode: z.enum(['once', 'fifteenMinutes']) });

export interface Approved {
  /** Yeses that it still needs; 0: the call passes. */
  missing: number;
}

/** Lets the very call of a request pass: once, or as often as it is made within fifteen minutes. Some requests need several people. */
export async function approveCall(s: Services, actor: Actor, input: z.input<typeof Approve>): Promise<ChangeResult<Approved>> {
  if (actor.kind !== 'member') return refuse('forbidden', 'A member of the organization answers, not the operator of the machine.');
  return change(s, actor, { permission: 'approval.decide', schema: Approve, input }, async (tx, { approvalId, mode }) => {
    const { organizationId, userId, name } = actor;
    const approval = await lockApproval(tx, organizationId, approvalId);
    if (!approval) return noApproval();
    const closed = whyNotOpen(approval);
    if (closed) return closed;
    if (approval.requesterExcluded && isRequester(approval, actor))
      return refuse('forbidden', 'The rule wants somebody else to approve: you made the grant that asks.');
    const vote = { organizationId, approvalId, userId, name, mode, at: s.now() };
    const added = await tx.approvalVote.createMany({ data: [vote], skipDuplicates: true });
    if (added.count === 0) return refuse('conflict', 'You have approved this already; it waits for somebody else.');
    const votes = await tx.approvalVote.findMany({ where: { organizationId, approvalId }, orderBy: { at: 'asc' } });
    const missing = Math.max(0, approval.requiredApprovals - votes.length);
    // Of several wishes the narrower one counts.
    const granted: ApprovalMode = votes.every((each) => each.mode === 'fifteenMinutes') ? 'fifteenMinutes' : 'once';
    const by = votes.map((each) => each.name).join(', ');
    if (missing === 0) await close(tx, { organizationId, approvalId, granted, by, userId });
    const { grant, server, requiredApprovals } = approval;
    const after = { mode: granted, grant, server, approvals: votes.length, of: requiredApprovals };
    return changed({ missing }, { action: 'approval.approve', target: approvalTarget(approval), after });
  });
}

/** An answer stands for fifteen minutes: by then it has been used, or the call is asked about anew. */
async function close(
  tx: Transaction,
  given: { organizationId: string; approvalId: string; granted: ApprovalMode; by: string; userId: string },
): Promise<void> {
  const { organizationId, approvalId, granted, by, userId } = given;
  const count = await tx.$executeRaw`
    UPDATE "Approval" SET "state" = 'approved', "mode" = ${granted}::"ApprovalMode", "pendingHash" = NULL, "decidedAt" = clock_timestamp(),
      "decidedBy" = ${by}, "decidedById" = ${userId}, "expiresAt" = clock_timestamp() + interval '15 minutes'
    WHERE "organizationId" = ${organizationId} AND "id" = ${approvalId} AND "state" = 'pending' AND "expiresAt" > clock_timestamp()`;
  if (count !== 1) throw new Error('The request ended while it was being approved.');
}
