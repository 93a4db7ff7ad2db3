import type { Actor, Services } from '../context.ts';

export interface ApprovalMailRead {
  enabled: boolean;
  /** Who switched it last; null: nobody has. */
  setBy: string | null;
  setAt: Date | null;
  deliveredAt: Date | null;
  lastError: string | null;
}

/** Whether the people who may answer are told by e-mail, where this installation sends any. They are, unless somebody switched it off. */
export function readApprovalMail(s: Pick<Services, 'db'>, actor: Actor): Promise<ApprovalMailRead> {
  const { organizationId } = actor;
  const select = { enabled: true, setBy: true, setAt: true, deliveredAt: true, lastError: true };
  return s.db.forOrganization(
    organizationId,
    async (tx) => (await tx.approvalMailSetting.findUnique({ where: { organizationId }, select })) ?? UNTOUCHED,
  );
}

const UNTOUCHED: ApprovalMailRead = { enabled: true, setBy: null, setAt: null, deliveredAt: null, lastError: null };
