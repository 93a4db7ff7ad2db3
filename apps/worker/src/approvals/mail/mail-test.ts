/** Sends the e-mail by which a member sees whether e-mails arrive. */
import type { Services } from '@toolgate/services/context';
import { deliver, type Mail, type Mailer } from './mailer.ts';
import { noteDelivery } from './note-delivery.ts';

type Stores = Pick<Services, 'db' | 'now'>;

const NOT_SET_UP = 'This installation sends no e-mail: its operator sets SMTP_URL and MAIL_FROM.';

/** Notes what came of it, for which the member waits. @param mailer null: there is no mail server. */
export async function mailTest(services: Stores, mailer: Mailer | null, organizationId: string, dashboardUrl: string): Promise<void> {
  const wanted = await findTest(services, organizationId);
  if (!wanted) return;
  const { email, slug, testWantedAt } = wanted;
  const failure = mailer && (await deliver(mailer, testMail(email, slug, dashboardUrl, testWantedAt)));
  const data = { testedAt: services.now(), testError: mailer ? (failure?.message ?? null) : NOT_SET_UP };
  // First what the page shows: whoever waits for the test looks at it next.
  if (mailer) await noteDelivery(services, organizationId, failure);
  await services.db.forOrganization(organizationId, (tx) =>
    tx.approvalMailSetting.updateMany({ where: { organizationId, testWantedAt }, data }),
  );
}

function findTest({ db }: Stores, organizationId: string) {
  return db.forOrganization(organizationId, async (tx) => {
    const include = { organization: { select: { slug: true } } };
    const row = await tx.approvalMailSetting.findUnique({ where: { organizationId }, include });
    if (!row?.testTo || !row.testWantedAt || row.testedAt) return null;
    const member = await tx.membership.findUnique({
      where: { organizationId_userId: { organizationId, userId: row.testTo } },
      include: { user: { select: { email: true } } },
    });
    return member && { email: member.user.email, slug: row.organization.slug, testWantedAt: row.testWantedAt };
  });
}

function testMail(to: string, organization: string, dashboardUrl: string, wantedAt: Date): Mail {
  const text = `This is a test. Requests for approval in ${organization} are told to you at this address.`;
  const messageId = `<test.${organization}.${wantedAt.getTime()}@${new URL(dashboardUrl).hostname}>`;
  return { to, subject: 'Toolgate: test e-mail', text, html: `<p>${text}</p>`, messageId };
}
