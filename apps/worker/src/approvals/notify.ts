/** Tells an organization's webhook that a call waits for a person. Says who asks for what, and where to answer; never the arguments. */

import { webhookPlace } from '@toolgate/services/approval/sealed-webhook';
import type { Services } from '@toolgate/services/context';
import { openSecret } from '@toolgate/services/secret/open';
import { webhookSignature } from '../sinks/deliver-webhook.ts';
import { post } from '../sinks/post.ts';
import type { Outlet } from '../sinks/sink.ts';

interface Told {
  services: Pick<Services, 'db' | 'keyRing' | 'now'>;
  outlet: Outlet;
  dashboardUrl: string;
}

/** Rejects when the receiver did not take it, so that it is tried again. Does nothing when nobody wants to be told, or it is decided. */
export async function notifyApproval({ services, outlet, dashboardUrl }: Told, organizationId: string, approvalId: string): Promise<void> {
  const found = await findWebhook(services, organizationId, approvalId);
  if (!found) return;
  const { approval, url, secret, slug } = found;
  const body = JSON.stringify({
    type: 'approval.requested',
    timestamp: approval.createdAt.toISOString(),
    data: {
      organization: slug,
      approvalId,
      approvalUrl: `${dashboardUrl}/${slug}/approvals/${approvalId}`,
      ...{ tool: approval.tool, server: approval.server.slug, grant: approval.grant.label, client: approval.client },
      ...{ message: approval.message, rule: approval.rule, policyVersion: approval.policyVersion },
      ...{ approvals: approval.requiredApprovals, expiresAt: approval.expiresAt.toISOString() },
    },
  });
  const timestamp = String(Math.floor(services.now().getTime() / 1000));
  const headers = {
    'content-type': 'application/json',
    // The same however often it is sent.
    'webhook-id': approvalId,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${webhookSignature(secret, `${approvalId}.${timestamp}.${body}`)}`,
  };
  const error = await post(outlet, url, headers, body).then(
    () => null,
    (failure: Error) => failure.message.slice(0, 300),
  );
  await services.db.forOrganization(organizationId, (tx) =>
    tx.approvalWebhook.updateMany({
      where: { organizationId },
      data: error === null ? { deliveredAt: services.now(), lastError: null } : { lastError: error },
    }),
  );
  if (error !== null) throw new Error(error);
}

async function findWebhook({ db, keyRing }: Told['services'], organizationId: string, id: string) {
  return db.forOrganization(organizationId, async (tx) => {
    const webhook = await tx.approvalWebhook.findUnique({ where: { organizationId } });
    const approval = await tx.approval.findUnique({
      where: { organizationId_id: { organizationId, id } },
      include: { grant: { select: { label: true } }, server: { select: { slug: true } }, organization: { select: { slug: true } } },
    });
    if (!webhook || approval?.state !== 'pending') return null;
    const secret = await openSecret(tx, keyRing, webhookPlace(organizationId), webhook.ciphertext, webhook.keyVersion);
    return { approval, url: webhook.url, secret, slug: approval.organization.slug };
  });
}
