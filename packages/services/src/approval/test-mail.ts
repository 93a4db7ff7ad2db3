import { z } from 'zod';
import { type ChangeResult, change, changed } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { refuse } from '../refusal.ts';

const TestMail = z.strictObject({});

/** Longer than the worker gives a mail server. */
const PATIENCE_MS = 45_000;

/** What the worker listens to; the payload is the organization. */
export const MAIL_TESTS = 'toolgate_mail_tests';

/** Has the worker send a test e-mail to the member who asks for it, and waits for what came of it: `problem` null: the server took it. */
export async function testApprovalMail(
  s: Services,
  actor: Actor,
  input: z.input<typeof TestMail> = {},
  { patienceMs = PATIENCE_MS } = {},
): Promise<ChangeResult<{ problem: string | null }>> {
  if (actor.kind !== 'member') return refuse('forbidden', 'A member of the organization gets it, not the operator of the machine.');
  const { organizationId, userId } = actor;
  const wanted = s.now();
  const asked = await change(s, actor, { permission: 'organization.manage', schema: TestMail, input }, async (tx, _, { name }) => {
    const row = { testTo: userId, testWantedAt: wanted, testedAt: null, testError: null };
    await tx.approvalMailSetting.upsert({ where: { organizationId }, create: { organizationId, ...row }, update: row });
    await tx.$executeRaw`SELECT pg_notify(${MAIL_TESTS}, ${organizationId})`;
    return changed({}, { action: 'approval.test_mail', target: { kind: 'organization', id: organizationId, name } });
  });
  if (!asked.ok) return asked;
  const { inForce } = asked.value;
  for (const end = Date.now() + patienceMs; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const row = await s.db.forOrganization(organizationId, (tx) => tx.approvalMailSetting.findUnique({ where: { organizationId } }));
    if (row?.testWantedAt?.getTime() !== wanted.getTime())
      return { ok: true, value: { problem: 'Somebody else asked for a test meanwhile.', inForce } };
    if (row.testedAt) return { ok: true, value: { problem: row.testError, inForce } };
    if (Date.now() >= end) return { ok: true, value: { problem: 'The worker did not answer in time. Is it running?', inForce } };
  }
}
