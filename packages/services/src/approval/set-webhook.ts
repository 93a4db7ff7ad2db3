import { z } from 'zod';
import { newWebhookSecret } from '../audit/sink-fields.ts';
import { type ChangeResult, change, changed } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { sealSecret } from '../secret/seal.ts';
import { UpstreamUrl } from '../server/upstream-url.ts';
import { webhookPlace } from './sealed-webhook.ts';

const SetWebhook = z.strictObject({ url: UpstreamUrl });

/** Has every request for an approval told to this address, signed. The new signing secret is shown this once. */
export function setApprovalWebhook(
  s: Services,
  actor: Actor,
  input: z.input<typeof SetWebhook>,
): Promise<ChangeResult<{ secret: string }>> {
  return change(s, actor, { permission: 'organization.manage', schema: SetWebhook, input }, async (tx, { url }, { name }) => {
    const { organizationId } = actor;
    const before = await tx.approvalWebhook.findUnique({ where: { organizationId } });
    const secret = newWebhookSecret();
    const sealed = await sealSecret(tx, s.keyRing, webhookPlace(organizationId), secret);
    const row = { url, ...sealed, hint: secret.slice(-4), setBy: actor.name, setAt: s.now(), deliveredAt: null, lastError: null };
    await tx.approvalWebhook.upsert({ where: { organizationId }, create: { organizationId, ...row }, update: row });
    const target = { kind: 'organization', id: organizationId, name };
    return changed({ secret }, { action: 'approval.set_webhook', target, before: before ? { url: before.url } : null, after: { url } });
  });
}
