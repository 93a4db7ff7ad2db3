import { riskOf } from '@toolgate/catalogue/category';
import { Prisma } from '@toolgate/db/client';
import type { Transaction } from '@toolgate/db/database';
import { DECISION_CODES } from '@toolgate/policy/decision';
import type { RecordedCall } from '@toolgate/policy/replay';
import type { Actor, Services } from '../context.ts';

/** A recorded call with its place in the audit log. */
export interface LoggedCall extends RecordedCall {
  seq: number;
  /** When it was received, ISO 8601. */
  received: string;
}

const PAGE = 1000;
export const MOST_CALLS = 10_000;

/**
 * The last calls of the grants on the servers that a policy governs (also of those that are revoked since), newest first, page by page.
 * What had no decision of a policy (bad requests, unknown tokens) is not among them. Nothing of a foreign or unknown policy.
 */
export async function* recordedCalls(
  s: Pick<Services, 'db'>,
  actor: Actor,
  { policyId, most, since }: { policyId: string; most: number; since?: Date },
): AsyncGenerator<LoggedCall[]> {
  const { organizationId } = actor;
  let left = Math.min(Math.max(0, Math.trunc(most)), MOST_CALLS);
  let before: bigint | null = null;
  const known = await s.db.forOrganization(organizationId, (tx) => readKnown(tx, organizationId, policyId));
  while (left > 0 && known.pairs.length > 0) {
    const asked: { before: bigint | null; take: number } = { before, take: Math.min(PAGE, left) };
    const rows: Row[] = await s.db.forOrganization(organizationId, (tx) => readRows(tx, organizationId, known.pairs, { ...asked, since }));
    if (rows.length > 0) yield rows.map((row) => loggedCall(row, known));
    if (rows.length < asked.take) return;
    left -= rows.length;
    before = rows.at(-1)?.seq ?? null;
  }
}

interface Known {
  pairs: { grantId: string; serverId: string }[];
  /** By grant id. */
  kinds: Map<string, string>;
  /** By server id and name. */
  tools: Map<string, Omit<NonNullable<RecordedCall['tool']>, 'name'>>;
}

async function readKnown(tx: Transaction, organizationId: string, policyId: string): Promise<Known> {
  const governed = await tx.grantServer.findMany({ where: { organizationId, policyId }, include: { grant: { select: { kind: true } } } });
  const serverIds = [...new Set(governed.map(({ serverId }) => serverId))];
  const tools = await tx.tool.findMany({ where: { organizationId, serverId: { in: serverIds } } });
  return {
    pairs: governed.map(({ grantId, serverId }) => ({ grantId, serverId })),
    kinds: new Map(governed.map(({ grantId, grant }) => [grantId, grant.kind])),
    tools: new Map(
      tools.map(({ serverId, name, category, categoryOverride, risk, annotations }) => [
        `${serverId} ${name}`,
        {
          category: categoryOverride ?? category,
          risk: categoryOverride ? riskOf(categoryOverride) : risk,
          annotations: (annotations ?? {}) as Record<string, unknown>,
        },
      ]),
    ),
  };
}

interface Row {
  seq: bigint;
  at: Date;
  decision: string;
  code: string | null;
  method: string | null;
  tool: string | null;
  serverId: string;
  grantId: string;
  grant: string | null;
  client: string | null;
  latencyMs: number | null;
  argumentKeys: string[] | null;
  requestBytes: number | null;
  admittedAt: string | null;
  refunded: boolean;
}

function readRows(
  tx: Transaction,
  organizationId: string,
  pairs: Known['pairs'],
  { before, take, since }: { before: bigint | null; take: number; since: Date | undefined },
): Promise<Row[]> {
  const [grants, servers] = [pairs.map(({ grantId }) => grantId), pairs.map(({ serverId }) => serverId)];
  return tx.$queryRaw<Row[]>`
    SELECT e."seq", e."at", e."decision", e."code", e."method", e."tool", e."serverId", e."grantId", e."grant", e."client", e."latencyMs",
      e."detail"->'argumentKeys' AS "argumentKeys", (e."detail"->>'requestBytes')::int AS "requestBytes",
      e."detail"->>'admittedAt' AS "admittedAt", coalesce((e."detail"->>'refunded')::boolean, false) AS "refunded"
    FROM "AuditEvent" e
    WHERE e."organizationId" = ${organizationId} AND e."kind" = 'call' AND e."grantId" = ANY(${[...new Set(grants)]})
      AND (e."grantId", e."serverId") IN (SELECT * FROM unnest(${grants}::text[], ${servers}::text[]))
      AND e."decision" IN ('allowed', 'approved', 'limited', 'denied', 'pending', 'expired')
      ${before === null ? Prisma.empty : Prisma.sql`AND e."seq" < ${before}`}
      ${since === undefined ? Prisma.empty : Prisma.sql`AND e."at" >= ${since}`}
    ORDER BY e."seq" DESC LIMIT ${take}`;
}

/** As many names as the log keeps of one call. */
const MOST_KEYS = 64;

function loggedCall(row: Row, { kinds, tools }: Known): LoggedCall {
  const { seq, at, decision, code, tool, serverId, grantId, latencyMs, argumentKeys, requestBytes, refunded, client } = row;
  const facts = tool === null ? null : tools.get(`${serverId} ${tool}`);
  const judged = code === null || BY_POLICY.has(code);
  return {
    seq: Number(seq),
    received: at.toISOString(),
    at: row.admittedAt === null ? at.getTime() : Date.parse(row.admittedAt),
    latencyMs: decision === 'allowed' || decision === 'approved' ? latencyMs : null,
    refunded,
    method: row.method ?? '',
    tool: tool === null ? null : { name: tool, ...(facts ?? { category: '', risk: '', annotations: {} }) },
    ...(facts === undefined ? { toolForgotten: true } : {}),
    argumentKeys,
    keysComplete: argumentKeys !== null && argumentKeys.length < MOST_KEYS,
    requestBytes,
    grant: { id: grantId, label: row.grant ?? '', tags: [kinds.get(grantId) ?? ''] },
    serverId,
    client,
    was: wasOf(decision, judged),
    approved: decision === 'approved',
    // A person's refusal is the answer to a question; the rest of what no policy says was refused before it was asked.
    beforePolicy: decision === 'denied' && (code === 'paused' || code === 'tool_quarantined'),
  };
}

const BY_POLICY: ReadonlySet<string> = new Set(DECISION_CODES);

/** A call that somebody denied, or that nobody answered, was asked about. */
function wasOf(decision: string, judged: boolean): RecordedCall['was'] {
  if (decision === 'allowed' || decision === 'approved') return 'passes';
  return decision === 'pending' || decision === 'expired' || !judged ? 'asks' : 'refused';
}
