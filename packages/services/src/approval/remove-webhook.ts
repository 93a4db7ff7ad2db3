import { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';

const RemoveWebhook = z.strictObject({});

/** Nobody is told of requests for approval any more, but those who look at the inbox. */
export function removeApprovalWebhook(s: Services, actor: Actor, input: z.input<typeof RemoveWebhook> = {}): Promise<ChangeResult> {
  return change(s, actor, { permission: 'organization.manage', schema: RemoveWebhook, input }, async (tx, _, { name }) => {
    const { organizationId } = actor;
    const before = await tx.approvalWebhook.findUnique({ where: { organizationId } });
    if (!before) return unchanged({});
    await tx.approvalWebhook.delete({ where: { organizationId } });
    const target = { kind: 'organization', id: organizationId, name };
    return changed({}, { action: 'approval.remove_webhook', target, before: { url: before.url } });
  });
}
