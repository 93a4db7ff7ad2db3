import type { Actor, Services } from '../context.ts';

export interface ApprovalWebhookRead {
  url: string;
  /** The last characters of the signing secret. */
  hint: string;
  setBy: string;
  setAt: Date;
  deliveredAt: Date | null;
  lastError: string | null;
}

/** Where requests for approval are told to; null: nowhere. */
export function readApprovalWebhook(s: Pick<Services, 'db'>, actor: Actor): Promise<ApprovalWebhookRead | null> {
  const { organizationId } = actor;
  const select = { url: true, hint: true, setBy: true, setAt: true, deliveredAt: true, lastError: true };
  return s.db.forOrganization(organizationId, (tx) => tx.approvalWebhook.findUnique({ where: { organizationId }, select }));
}
