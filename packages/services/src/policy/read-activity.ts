import type { Transaction } from '@toolgate/db/database';
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
const DAY_MS = 86_400_000;
/** What calls came to is kept for so long at a time. */
const BUCKET_MS = DAY_MS / 4;

/**
 * What a policy's rules did in the last `days` (1 to 90), from the quarter of a day (UTC) on in which they begin; null when there is no such
 * policy. From what is kept beside the events (`PolicyActivity`), so that it takes as long for a million of them as for a thousand.
 */
export async function readPolicyActivity(
  s: Pick<Services, 'db' | 'now'>,
  actor: Actor,
  { policyId, days }: { policyId: string; days: number },
): Promise<PolicyActivity | null> {
  const { organizationId } = actor;
  const begin = s.now().getTime() - Math.min(Math.max(1, Math.trunc(days)), MOST_DAYS) * DAY_MS;
  const since = new Date(begin - (begin % BUCKET_MS));
  return s.db.forOrganization(organizationId, async (tx) => {
    const policy = await tx.policy.findFirst({ where: { organizationId, id: policyId } });
    if (!policy) return null;
    const rows = await tx.policyActivity.groupBy({
      by: ['version', 'tool', 'rule', 'shadowVersion', 'shadowRule', 'passed'],
      where: { organizationId, policyId, bucket: { gte: since } },
      _sum: { count: true },
      _max: { lastAt: true },
    });
    return activityOf(tx, { organizationId, policyId, since }, rows.map(rowOf));
  });
}

async function activityOf(
  tx: Transaction,
  { organizationId, policyId, since }: { organizationId: string; policyId: string; since: Date },
  rows: readonly Row[],
): Promise<PolicyActivity> {
  const fired = rows.flatMap(linesOf);
  const versions = [...new Set([...fired, ...rows].flatMap(({ version }) => (version === null ? [] : [version])))];
  const sources = await tx.policyVersion.findMany({ where: { organizationId, policyId, number: { in: versions } } });
  return {
    since,
    calls: rows.reduce((sum, { count }) => sum + count, 0),
    passed: summed(
      rows.filter((row) => row.passed && row.tool !== null),
      ({ tool }) => ({ tool: tool ?? '' }),
    ),
    fired: summed(fired, ({ version, rule }) => ({ version, rule })),
    sources: sources.map(({ number, source }) => ({ version: number, source })),
  };
}

interface Row {
  version: number | null;
  tool: string | null;
  rule: string | null;
  shadowVersion: number | null;
  shadowRule: string | null;
  passed: boolean;
  count: number;
  lastAt: Date;
}

type Counted = Pick<Row, 'count' | 'lastAt'>;

/** The aggregates are null only of no rows. */
const rowOf = ({
  _sum,
  _max,
  ...row
}: Omit<Row, keyof Counted> & { _sum: { count: number | null }; _max: { lastAt: Date | null } }): Row => ({
  ...row,
  count: _sum.count ?? 0,
  lastAt: _max.lastAt ?? new Date(0),
});

/** The line that decided, in its version, and the one that would have: of a version in its shadow period it stands in that version. */
function linesOf({ version, rule, shadowVersion, shadowRule, count, lastAt }: Row): (Counted & { version: number; rule: string })[] {
  const lines = [
    { version, rule },
    { version: shadowVersion ?? version, rule: shadowRule },
  ];
  return lines.flatMap((line) =>
    line.version === null || line.rule === null ? [] : [{ version: line.version, rule: line.rule, count, lastAt }],
  );
}

/** Adds up the rows of one key. */
function summed<R extends Counted, K extends object>(rows: readonly R[], keyOf: (row: R) => K): (K & { count: number; lastAt: Date })[] {
  const sums = new Map<string, K & { count: number; lastAt: Date }>();
  for (const row of rows) {
    const key = keyOf(row);
    const known = sums.get(JSON.stringify(key));
    const lastAt = known && known.lastAt > row.lastAt ? known.lastAt : row.lastAt;
    sums.set(JSON.stringify(key), { ...key, count: (known?.count ?? 0) + row.count, lastAt });
  }
  return [...sums.values()];
}
