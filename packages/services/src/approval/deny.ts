import { z } from 'zod';
import { type ChangeResult, change, changed } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { Id, nameOf } from '../fields.ts';
import { refuse } from '../refusal.ts';
import { approvalTarget, lockApproval, noApproval, whyNotOpen } from './find.ts';

const Deny = z.strictObject({ approvalId: Id, reason: nameOf(500) });

/** Refuses the call of a request; the reason is what its agent reads. One no is enough, and it stands for fifteen minutes. */
export async function denyCall(s: Services, actor: Actor, input: z.input<typeof Deny>): Promise<ChangeResult> {
  if (actor.kind !== 'member') return refuse('forbidden', 'A member of the organization answers, not the operator of the machine.');
  return change(s, actor, { permission: 'approval.decide', schema: Deny, input }, async (tx, { approvalId, reason }) => {
    const { organizationId, userId, name } = actor;
    const approval = await lockApproval(tx, organizationId, approvalId);
    if (!approval) return noApproval();
    const closed = whyNotOpen(approval);
    if (closed) return closed;
    const count = await tx.$executeRaw`
      UPDATE "Approval" SET "state" = 'denied', "pendingHash" = NULL, "decidedAt" = clock_timestamp(), "decidedBy" = ${name},
        "decidedById" = ${userId}, "reason" = ${reason}, "expiresAt" = clock_timestamp() + interval '15 minutes'
      WHERE "organizationId" = ${organizationId} AND "id" = ${approvalId} AND "state" = 'pending'`;
    if (count !== 1) throw new Error('The request ended while it was being denied.');
    const { grant, server } = approval;
    return changed({}, { action: 'approval.deny', target: approvalTarget(approval), after: { reason, grant, server } });
  });
}
