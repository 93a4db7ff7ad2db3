import type { ApprovalMode, ApprovalState } from '@toolgate/db/client';
import type { Transaction } from '@toolgate/db/database';
import { explainPointer } from '@toolgate/policy/explain-pointer';
import { readPolicy } from '@toolgate/policy/read';
import type { Actor, Services } from '../context.ts';
import { may } from '../permission.ts';
import { type Difference, differences } from './difference.ts';
import { prettyExact } from './exact-json.ts';
import { isRequester } from './find.ts';
import { openArguments } from './sealed-arguments.ts';

export interface ApprovalSummary {
  id: string;
  tool: string;
  category: string | null;
  risk: string | null;
  serverId: string;
  serverSlug: string;
  serverName: string;
  grantId: string;
  grant: string;
  client: string | null;
  /** `expired` also where nobody has noted it yet. */
  state: ApprovalState;
  mode: ApprovalMode | null;
  message: string;
  asked: number;
  uses: number;
  createdAt: Date;
  expiresAt: Date;
  decidedAt: Date | null;
  decidedBy: string | null;
  reason: string | null;
  requiredApprovals: number;
  approvedBy: string[];
}

export interface ApprovalDetail extends ApprovalSummary {
  /** The exact arguments as indented JSON, every digit as written. Only who may answer sees them. Null: they cannot be opened any more. */
  arguments: string | null;
  /** SHA-256 of what it is bound to, hex. */
  hash: string;
  rule: string;
  /** What the rule says, in a sentence. */
  ruleText: string;
  policyId: string;
  policySlug: string | null;
  policyVersion: number;
  /** The policy has changed since: an answer would not be accepted. */
  outdated: boolean;
  requesterExcluded: boolean;
  requester: string;
  /** Whether the actor may answer, and if not, why. */
  mayDecide: boolean;
  whyNot: 'role' | 'requester' | 'voted' | null;
  /** Since the last call of this tool by this grant that was approved; null: there was none. */
  lastApproved: { at: Date; by: string; differences: Difference[] } | null;
}

const MOST = 100;

/** What waits, the one that runs out first at the top; or what has been, the newest first. At most 100. */
export function listApprovals(s: Pick<Services, 'db'>, actor: Actor, { past = false } = {}): Promise<ApprovalSummary[]> {
  const { organizationId } = actor;
  return s.db.forOrganization(organizationId, async (tx) => {
    const now = await databaseNow(tx);
    const where = past
      ? { organizationId, OR: [{ state: { not: 'pending' as const } }, { expiresAt: { lte: now } }] }
      : { organizationId, state: 'pending' as const, expiresAt: { gt: now } };
    const orderBy = past ? ({ id: 'desc' } as const) : ({ expiresAt: 'asc' } as const);
    const rows = await tx.approval.findMany({ where, orderBy, take: MOST, include: INCLUDED, omit: { ciphertext: true } });
    const tools = await toolsOf(tx, organizationId, rows);
    return rows.map((row) => summaryOf(row, tools, now));
  });
}

/** How many wait: the badge. */
export function countPendingApprovals(s: Pick<Services, 'db'>, actor: Actor): Promise<number> {
  const { organizationId } = actor;
  return s.db.forOrganization(organizationId, async (tx) =>
    tx.approval.count({ where: { organizationId, state: 'pending', expiresAt: { gt: await databaseNow(tx) } } }),
  );
}

/** One request with everything that a decision needs; null when the organization has none such. */
export function readApproval(s: Pick<Services, 'db' | 'keyRing'>, actor: Actor, id: string): Promise<ApprovalDetail | null> {
  const { organizationId } = actor;
  return s.db.forOrganization(organizationId, async (tx) => {
    const row = await tx.approval.findUnique({ where: { organizationId_id: { organizationId, id } }, include: INCLUDED });
    if (!row) return null;
    const summary = summaryOf(row, await toolsOf(tx, organizationId, [row]), await databaseNow(tx));
    const text = may(actor, 'approval.decide') ? await openArguments(tx, s.keyRing, row).catch(() => null) : null;
    return {
      ...summary,
      arguments: text === null ? null : prettyExact(text),
      hash: Buffer.from(row.callHash).toString('hex'),
      rule: row.rule,
      policyId: row.policyId,
      policyVersion: row.policyVersion,
      requesterExcluded: row.requesterExcluded,
      requester: row.grant.createdBy,
      ...(await policyOf(tx, row)),
      ...judgeActor(actor, row),
      lastApproved: text === null ? null : await lastApproved(tx, s, row, text),
    };
  });
}

const INCLUDED = {
  grant: { select: { label: true, createdBy: true, createdById: true } },
  server: { select: { slug: true, name: true } },
  votes: { orderBy: { at: 'asc' } },
} as const;

async function findRow(tx: Transaction, organizationId: string, id: string) {
  return tx.approval.findUniqueOrThrow({ where: { organizationId_id: { organizationId, id } }, include: INCLUDED });
}
type Row = Awaited<ReturnType<typeof findRow>>;
type ToolKinds = ReadonlyMap<string, { category: string; risk: string }>;

function summaryOf(row: Omit<Row, 'ciphertext'>, tools: ToolKinds, now: Date): ApprovalSummary {
  const { id, tool, serverId, grantId, client, mode, message, asked, uses, createdAt, expiresAt, decidedAt, decidedBy, reason } = row;
  const kind = tools.get(`${serverId} ${tool}`);
  const isOver = (row.state === 'pending' || (row.state === 'approved' && row.uses === 0)) && expiresAt <= now;
  return {
    ...{ id, tool, category: kind?.category ?? null, risk: kind?.risk ?? null, serverId, serverSlug: row.server.slug },
    ...{ serverName: row.server.name, grantId, grant: row.grant.label, client, state: isOver ? 'expired' : row.state, mode, message },
    ...{ asked, uses, createdAt, expiresAt, decidedAt, decidedBy, reason, requiredApprovals: row.requiredApprovals },
    approvedBy: row.votes.map(({ name }) => name),
  };
}

async function toolsOf(tx: Transaction, organizationId: string, rows: { serverId: string; tool: string }[]): Promise<ToolKinds> {
  const names = [...new Set(rows.map(({ tool }) => tool))];
  const serverIds = [...new Set(rows.map(({ serverId }) => serverId))];
  const found = await tx.tool.findMany({ where: { organizationId, serverId: { in: serverIds }, name: { in: names } } });
  return new Map(
    found.map(({ serverId, name, categoryOverride, category, risk }) => [
      `${serverId} ${name}`,
      { category: categoryOverride ?? category, risk },
    ]),
  );
}

async function policyOf(tx: Transaction, row: Row): Promise<Pick<ApprovalDetail, 'ruleText' | 'policySlug' | 'outdated'>> {
  const { organizationId, policyId, policyVersion: number, grantId, serverId } = row;
  const version = await tx.policyVersion.findUnique({ where: { organizationId_policyId_number: { organizationId, policyId, number } } });
  const attached = await tx.grantServer.findUnique({
    where: { organizationId_grantId_serverId: { organizationId, grantId, serverId } },
    include: { policy: { select: { currentVersion: true } } },
  });
  const policy = await tx.policy.findUnique({ where: { organizationId_id: { organizationId, id: policyId } } });
  const read = version && readPolicy(version.source);
  return {
    ruleText: read?.ok ? explainPointer(read.document, row.rule) : row.message,
    policySlug: policy?.slug ?? null,
    outdated: attached?.policyId !== policyId || attached.policy.currentVersion !== number,
  };
}

function judgeActor(actor: Actor, { requesterExcluded, votes, grant }: Row): Pick<ApprovalDetail, 'mayDecide' | 'whyNot'> {
  const member = actor.kind === 'member' ? actor : null;
  const requester = { requester: grant.createdBy, requesterId: grant.createdById };
  const whyNot =
    !member || !may(actor, 'approval.decide')
      ? 'role'
      : requesterExcluded && isRequester(requester, member)
        ? 'requester'
        : votes.some(({ userId }) => userId === member.userId)
          ? 'voted'
          : null;
  return { mayDecide: whyNot === null, whyNot };
}

async function lastApproved(
  tx: Transaction,
  s: Pick<Services, 'keyRing'>,
  row: Row,
  text: string,
): Promise<ApprovalDetail['lastApproved']> {
  const { organizationId, grantId, serverId, tool, createdAt } = row;
  const last = await tx.approval.findFirst({
    where: {
      ...{
        organizationId,
        grantId,
        serverId,
        tool,
        id: { not: row.id },
        decidedAt: { not: null, lte: row.decidedAt ?? new Date(8.64e15) },
      },
      OR: [{ state: 'approved' }, { state: 'used' }, { state: 'expired', decidedAt: { not: null } }],
      createdAt: { lte: createdAt },
    },
    orderBy: { decidedAt: 'desc' },
  });
  if (!last?.decidedAt) return null;
  const before = await openArguments(tx, s.keyRing, last).catch(() => null);
  return before === null ? null : { at: last.decidedAt, by: last.decidedBy ?? '', differences: differences(before, text) };
}

async function databaseNow(tx: Transaction): Promise<Date> {
  const [row] = await tx.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS "now"`;
  return (row as { now: Date }).now;
}
