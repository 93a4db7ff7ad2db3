/** Tells the people who may answer a request for approval of it, each once. */
import { noteMailed, readApprovalToMail } from '@toolgate/services/approval/to-mail';
import type { Services } from '@toolgate/services/context';
import { approvalMail } from './approval-mail.ts';
import { deliver, type Mailer, type MailFailure } from './mailer.ts';
import { noteDelivery } from './note-delivery.ts';

export interface Mailing {
  services: Pick<Services, 'db' | 'keyRing' | 'now'>;
  mailer: Mailer;
  dashboardUrl: string;
  stopping: AbortSignal;
}

/**
 * Rejects when somebody could not be told, so that it is tried again for those. Does nothing when it is answered or over, or when the
 * organization wants no e-mail. Who dies between an e-mail and the note of it sends it twice, under one Message-ID.
 */
export async function mailApproval(mailing: Mailing, organizationId: string, approvalId: string): Promise<void> {
  const { services, mailer, dashboardUrl, stopping } = mailing;
  let failed: MailFailure | null = null;
  const tried = new Set<string>();
  for (;;) {
    // Read anew for each: it may be answered while somebody else is being told.
    const approval = await readApprovalToMail(services, organizationId, approvalId);
    const recipient = approval?.recipients.find(({ userId }) => !tried.has(userId));
    if (!approval || !recipient) break;
    if (stopping.aborted) throw new Error('The worker is stopping; the others are told after its start.');
    const { userId, email } = recipient;
    tried.add(userId);
    const content = approvalMail(approval, `${dashboardUrl}/${approval.organization}/approvals/${approvalId}`);
    const messageId = `<${approvalId}.${userId}@${new URL(dashboardUrl).hostname}>`;
    const failure = await deliver(mailer, { to: email, messageId, ...content });
    if (!failure || failure.kind === 'refused')
      await noteMailed(services, { organizationId, approvalId, userId, problem: failure?.message ?? null });
    else failed = failure;
    await noteDelivery(services, organizationId, failure);
    // A server that takes nothing is not asked for each of them.
    if (failure?.kind === 'server') break;
  }
  if (failed) throw new Error(failed.detail);
}
