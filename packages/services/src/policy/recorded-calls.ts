import { riskOf } from '@toolgate/catalogue/category';
import { Prisma } from '@toolgate/db/client';
import type { Transaction } from '@toolgate/db/database';
import { DECISION_CODES } from '@toolgate/policy/decision';
import type { RecordedCall } from '@toolgate/policy/replay';
import type { Actor, Services } from '../context.ts';
import { beginReadingValues, type CapturedMark, mayReadValues, openValues } from './captured-values.ts';

/** A recorded call with its place in the audit log. */
export interface LoggedCall extends RecordedCall {
  seq: number;
  /** When it was received, ISO 8601. */
  received: string;
  /** The values of its arguments were captured, and who asks may read them. */
  readable?: true;
}

const PAGE = 1000;
export const MOST_CALLS = 10_000;

interface Asked {
  policyId: string;
  most: number;
  since?: Date;
}

/**
 * The last calls of the grants on the servers that a policy governs (also of those that are revoked since), newest first, page by page.
 * What had no decision of a policy (bad requests, unknown tokens) is not among them. Nothing of a foreign or unknown policy.
 */
export async function* recordedCalls(s: Pick<Services, 'db'>, actor: Actor, asked: Asked): AsyncGenerator<LoggedCall[]> {
  const known = await s.db.forOrganization(actor.organizationId, (tx) => readKnown(tx, actor.organizationId, asked.policyId));
  yield* pages(s, actor, asked, known, null);
}

/**
 * The same with the argument values that were captured, if the actor may read them: that they are read, how many and why, is one event, and
 * recorded before the first is given.
 */
export async function* recordedCallsWithValues(
  s: Pick<Services, 'db' | 'keyRing' | 'now'>,
  actor: Actor,
  asked: Asked,
): AsyncGenerator<LoggedCall[]> {
  const known = await s.db.forOrganization(actor.organizationId, (tx) => readKnown(tx, actor.organizationId, asked.policyId));
  yield* pages(s, actor, asked, known, await readValues(s, actor, asked, known));
}

interface Reading {
  key: Buffer;
  /** The newest call when it was recorded: what came since is not read. */
  newest: bigint;
}

async function* pages(
  s: Pick<Services, 'db'>,
  actor: Actor,
  { most, since }: Asked,
  known: Known,
  reading: Reading | null,
): AsyncGenerator<LoggedCall[]> {
  const { organizationId } = actor;
  let left = atMost(most);
  let before: bigint | null = reading && reading.newest + 1n;
  while (left > 0 && known.pairs.length > 0) {
    const place: Place = { before, take: Math.min(PAGE, left), since };
    const page: LoggedCall[] = await s.db.forOrganization(organizationId, async (tx) => {
      const rows = await tx.$queryRaw<Row[]>(rowsQuery(organizationId, known.pairs, place));
      const opened = reading && (await openValues(tx, actor, reading.key, rows));
      return rows.map((row) => ({ ...loggedCall(row, known, actor), ...opened?.get(row.id) }));
    });
    if (page.length > 0) yield page;
    if (page.length < place.take) return;
    left -= page.length;
    before = BigInt(page.at(-1)?.seq ?? 0);
  }
}

const atMost = (most: number): number => Math.min(Math.max(0, Math.trunc(most)), MOST_CALLS);

/** Null: nothing was captured of these calls, or the actor may not read it. */
async function readValues(
  s: Pick<Services, 'db' | 'keyRing' | 'now'>,
  actor: Actor,
  { policyId, most, since }: Asked,
  { pairs, slug }: Known,
): Promise<Reading | null> {
  if (!mayReadValues(actor) || pairs.length === 0) return null;
  const { organizationId } = actor;
  const rows = rowsQuery(organizationId, pairs, { before: null, take: atMost(most), since });
  const [found] = await s.db.forOrganization(
    organizationId,
    (tx) => tx.$queryRaw<{ calls: number; from: bigint | null; to: bigint | null; newest: bigint | null }[]>`
      SELECT count(e."captured")::int AS calls, min(e."seq") FILTER (WHERE e."captured" IS NOT NULL) AS "from",
        max(e."seq") FILTER (WHERE e."captured" IS NOT NULL) AS "to", max(e."seq") AS newest
      FROM (${rows}) e`,
  );
  if (!found?.calls || found.from === null || found.to === null || found.newest === null) return null;
  const reading = { policy: { id: policyId, slug }, calls: found.calls, from: found.from, to: found.to, why: 'replay' as const };
  const key = await beginReadingValues(s, actor, reading);
  return key && { key, newest: found.newest };
}

interface Known {
  /** Of the policy. */
  slug: string;
  pairs: { grantId: string; serverId: string }[];
  /** By grant id. */
  kinds: Map<string, string>;
  /** By server id and name. */
  tools: Map<string, Omit<NonNullable<RecordedCall['tool']>, 'name'>>;
}

async function readKnown(tx: Transaction, organizationId: string, policyId: string): Promise<Known> {
  const policy = await tx.policy.findUnique({ where: { organizationId_id: { organizationId, id: policyId } }, select: { slug: true } });
  const governed = await tx.grantServer.findMany({ where: { organizationId, policyId }, include: { grant: { select: { kind: true } } } });
  const serverIds = [...new Set(governed.map(({ serverId }) => serverId))];
  const tools = await tx.tool.findMany({ where: { organizationId, serverId: { in: serverIds } } });
  return {
    slug: policy?.slug ?? '',
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
  id: string;
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
  captured: CapturedMark | null;
}

interface Place {
  before: bigint | null;
  take: number;
  since: Date | undefined;
}

function rowsQuery(organizationId: string, pairs: Known['pairs'], { before, take, since }: Place): Prisma.Sql {
  const [grants, servers] = [pairs.map(({ grantId }) => grantId), pairs.map(({ serverId }) => serverId)];
  return Prisma.sql`
    SELECT e."id", e."seq", e."at", e."decision", e."code", e."method", e."tool", e."serverId", e."grantId", e."grant", e."client",
      e."latencyMs", e."detail"->'argumentKeys' AS "argumentKeys", (e."detail"->>'requestBytes')::int AS "requestBytes",
      e."detail"->>'admittedAt' AS "admittedAt", coalesce((e."detail"->>'refunded')::boolean, false) AS "refunded",
      e."detail"->'captured' AS "captured"
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

function loggedCall(row: Row, { kinds, tools }: Known, actor: Actor): LoggedCall {
  const { seq, at, decision, code, tool, serverId, grantId, latencyMs, argumentKeys, requestBytes, refunded, client, captured } = row;
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
    ...(captured && !captured.truncated && mayReadValues(actor) ? { readable: true } : {}),
  };
}

const BY_POLICY: ReadonlySet<string> = new Set(DECISION_CODES);

/** A call that somebody denied, or that nobody answered, was asked about. */
function wasOf(decision: string, judged: boolean): RecordedCall['was'] {
  if (decision === 'allowed' || decision === 'approved') return 'passes';
  return decision === 'pending' || decision === 'expired' || !judged ? 'asks' : 'refused';
}
