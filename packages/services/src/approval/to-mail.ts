/** Whom the worker tells of a request for approval by e-mail, and what it may say. */
import type { Transaction } from '@toolgate/db/database';
import type { Services } from '../context.ts';
import { may } from '../permission.ts';
import { isRequester } from './find.ts';
import { openArguments } from './sealed-arguments.ts';

export interface ApprovalToMail {
  /** Slug of the organization. */
  organization: string;
  tool: string;
  server: string;
  grant: string;
  /** Of the rule that asks. */
  message: string;
  requiredApprovals: number;
  expiresAt: Date;
  /** Names of the outermost arguments, sorted; their values may be secrets. Null: they cannot be opened. */
  argumentNames: string[] | null;
  recipients: Recipient[];
}

export interface Recipient {
  userId: string;
  email: string;
}

/** In an hour, to one person: an agent that asks and asks fills no mailbox. The inbox has the rest. */
export const MOST_MAILS_PER_HOUR = 30;

/**
 * Who may answer now and was not told yet: not whoever made the grant where the rule excludes them, and not who has approved already.
 * Null: nobody is to be told (any more), because it is answered or over, or the organization wants no e-mail.
 */
export function readApprovalToMail(
  s: Pick<Services, 'db' | 'keyRing'>,
  organizationId: string,
  approvalId: string,
): Promise<ApprovalToMail | null> {
  return s.db.forOrganization(organizationId, async (tx) => {
    const row = await findRow(tx, organizationId, approvalId);
    if (row?.state !== 'pending' || row.organization.approvalMail?.enabled === false) return null;
    if (!(await isOpen(tx, organizationId, approvalId))) return null;
    const { tool, message, requiredApprovals, expiresAt } = row;
    const names = { organization: row.organization.slug, server: row.server.slug, grant: row.grant.label };
    const text = await openArguments(tx, s.keyRing, row).catch(() => null);
    const recipients = await recipientsOf(tx, row);
    return { ...names, tool, message, requiredApprovals, expiresAt, argumentNames: text === null ? null : namesIn(text), recipients };
  });
}

/** Nobody is told twice: the worker notes each e-mail that was sent, or that the server will never take. */
export async function noteMailed(
  s: Pick<Services, 'db'>,
  { organizationId, approvalId, userId, problem }: { organizationId: string; approvalId: string; userId: string; problem: string | null },
): Promise<void> {
  await s.db.forOrganization(organizationId, (tx) =>
    tx.approvalMail.createMany({ data: [{ organizationId, approvalId, userId, problem }], skipDuplicates: true }),
  );
}

function findRow(tx: Transaction, organizationId: string, id: string) {
  return tx.approval.findUnique({
    where: { organizationId_id: { organizationId, id } },
    include: {
      grant: { select: { label: true, createdBy: true, createdById: true } },
      server: { select: { slug: true } },
      organization: { select: { slug: true, approvalMail: { select: { enabled: true } } } },
      votes: { select: { userId: true } },
      mails: { select: { userId: true } },
    },
  });
}
type Row = NonNullable<Awaited<ReturnType<typeof findRow>>>;

/** By the database's clock. */
async function isOpen(tx: Transaction, organizationId: string, id: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM "Approval" WHERE "organizationId" = ${organizationId} AND "id" = ${id} AND "expiresAt" > clock_timestamp()`;
  return rows.length === 1;
}

async function recipientsOf(tx: Transaction, { organizationId, grant, requesterExcluded, votes, mails }: Row): Promise<Recipient[]> {
  const members = await tx.membership.findMany({
    where: { organizationId },
    include: { user: { select: { name: true, email: true } } },
    orderBy: { userId: 'asc' },
  });
  const requester = { requester: grant.createdBy, requesterId: grant.createdById };
  const full = await toldEnough(
    tx,
    members.map(({ userId }) => userId),
  );
  const done = new Set([...[...votes, ...mails].map(({ userId }) => userId), ...full]);
  return members
    .map(({ userId, role, user: { name, email } }) => ({ kind: 'member' as const, organizationId, userId, role, name, email }))
    .filter((member) => may(member, 'approval.decide') && !done.has(member.userId))
    .filter((member) => !(requesterExcluded && isRequester(requester, member)))
    .map(({ userId, email }) => ({ userId, email }));
}

async function toldEnough(tx: Transaction, userIds: string[]): Promise<string[]> {
  const since = new Date(Date.now() - 3_600_000);
  const told = await tx.approvalMail.groupBy({ by: ['userId'], where: { userId: { in: userIds }, at: { gt: since } }, _count: true });
  return told.filter(({ _count }) => _count >= MOST_MAILS_PER_HOUR).map(({ userId }) => userId);
}

function namesIn(text: string): string[] {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value).sort() : [];
}
