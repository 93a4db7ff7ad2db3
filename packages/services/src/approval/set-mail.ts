import { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';

const SetMail = z.strictObject({ enabled: z.boolean() });

/** Switches the e-mails about requests for approval on or off, for everybody in the organization. */
export function setApprovalMail(s: Services, actor: Actor, input: z.input<typeof SetMail>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'organization.manage', schema: SetMail, input }, async (tx, { enabled }, { name }) => {
    const { organizationId } = actor;
    const before = (await tx.approvalMailSetting.findUnique({ where: { organizationId } }))?.enabled ?? true;
    if (before === enabled) return unchanged({});
    const row = { enabled, setBy: actor.name, setAt: s.now() };
    await tx.approvalMailSetting.upsert({ where: { organizationId }, create: { organizationId, ...row }, update: row });
    const target = { kind: 'organization', id: organizationId, name };
    return changed({}, { action: 'approval.set_mail', target, before: { enabled: before }, after: { enabled } });
  });
}
