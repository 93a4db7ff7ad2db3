import type { Actor, Services } from '../context.ts';

/** What the log says of a policy's rules in a period. */
export interface PolicyActivity {
  since: Date;
  /** Of all its calls. */
  calls: number;
  /** Calls that passed, by tool. */
  passed: { tool: string; count: number; lastAt: Date }[];
  /** Calls that a line decided (refused, or held for a person, or would have in shadow): by version and pointer. */
  fired: { version: number; rule: string; count: number; lastAt: Date }[];
  /** The documents of the versions that decided any call. */
  sources: { version: number; source: string }[];
}

const MOST_DAYS = 90;

/** What a policy's rules did in the last `days` (1 to 90); null when there is no such policy. */
export async function readPolicyActivity(
  s: Pick<Services, 'db' | 'now'>,
  actor: Actor,
  { policyId, days }: { policyId: string; days: number },
): Promise<PolicyActivity | null> {
  const { organizationId } = actor;
  const since = new Date(s.now().getTime() - Math.min(Math.max(1, Math.trunc(days)), MOST_DAYS) * 86_400_000);
  return s.db.forOrganization(organizationId, async (tx) => {
    const policy = await tx.policy.findFirst({ where: { organizationId, id: policyId } });
    if (!policy) return null;
    const rows = await tx.$queryRaw<Row[]>`
      SELECT e."policyVersion" AS version, e."tool", e."rule", e."detail"->'shadow'->>'rule' AS shadow,
        e."decision" IN ('allowed', 'approved') AS passed, count(*)::int AS count, max(e."at") AS "lastAt"
      FROM "AuditEvent" e
      WHERE e."organizationId" = ${organizationId} AND e."kind" = 'call' AND e."policyId" = ${policyId} AND e."at" >= ${since}
      GROUP BY 1, 2, 3, 4, 5`;
    const versions = [...new Set(rows.flatMap(({ version }) => (version === null ? [] : [version])))];
    const sources = await tx.policyVersion.findMany({ where: { organizationId, policyId, number: { in: versions } } });
    return {
      since,
      calls: rows.reduce((sum, { count }) => sum + count, 0),
      passed: summed(
        rows.filter((row) => row.passed && row.tool !== null),
        ({ tool }) => ({ tool: tool ?? '' }),
      ),
      fired: summed(
        rows
          .flatMap((row) => [row.rule, row.shadow].flatMap((rule) => (rule === null ? [] : [{ ...row, rule }])))
          .filter((row) => row.version !== null),
        ({ version, rule }) => ({ version: version ?? 0, rule }),
      ),
      sources: sources.map(({ number, source }) => ({ version: number, source })),
    };
  });
}

interface Row {
  version: number | null;
  tool: string | null;
  rule: string | null;
  shadow: string | null;
  passed: boolean;
  count: number;
  lastAt: Date;
}

/** Adds up the rows of one key. */
function summed<R extends Row, K extends object>(rows: readonly R[], keyOf: (row: R) => K): (K & { count: number; lastAt: Date })[] {
  const sums = new Map<string, K & { count: number; lastAt: Date }>();
  for (const row of rows) {
    const key = keyOf(row);
    const known = sums.get(JSON.stringify(key));
    const lastAt = known && known.lastAt > row.lastAt ? known.lastAt : row.lastAt;
    sums.set(JSON.stringify(key), { ...key, count: (known?.count ?? 0) + row.count, lastAt });
  }
  return [...sums.values()];
}
