import type { Services } from '@toolgate/services/context';
import type { MailFailure } from './mailer.ts';

/** What the page about notifications shows: when the last e-mail was taken, and what went wrong since. */
export async function noteDelivery(
  { db, now }: Pick<Services, 'db' | 'now'>,
  organizationId: string,
  failure: MailFailure | null,
): Promise<void> {
  const row = failure ? { lastError: failure.message } : { deliveredAt: now(), lastError: null };
  await db.forOrganization(organizationId, (tx) =>
    tx.approvalMailSetting.upsert({ where: { organizationId }, create: { organizationId, ...row }, update: row }),
  );
}
