/** What the seeding makes is a log like any other; and on it, how the explorer's reads go about their work. */
import { createHash } from 'node:crypto';
import { verifyChain } from '@toolgate/audit/chain';
import type { AuditEvent } from '@toolgate/audit/event';
import { parseQuery } from '@toolgate/audit/query/parse';
import { readFacets } from '@toolgate/services/audit/facets';
import { readHistogram } from '@toolgate/services/audit/histogram';
import { listEvents } from '@toolgate/services/audit/read';
import type { Actor } from '@toolgate/services/context';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statementsOf } from '../bench/explorer.ts';
import { SeedError, seedEvents } from './seed-events.ts';

const EVENTS = 30_000;
let t: TestServices;
let owner: Actor;
let slug: string;
beforeAll(async () => {
  t = await startTestServices();
  const organization = await t.organization();
  ({ owner, slug } = organization);
  await seedEvents({ databaseUrl: t.database.ownerUrl, organization: slug, events: EVENTS });
});
afterAll(() => t.stop());

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

async function everything(): Promise<AuditEvent[]> {
  const events: AuditEvent[] = [];
  for (let after = 0; ; ) {
    const page = await listEvents(t.s, owner, { after, limit: 500 });
    events.push(...page.events.reverse());
    after = page.to;
    if (!page.more) return events;
  }
}

test('seeded events are one unbroken chain over thirty days, of many kinds, none of them in the future', async () => {
  const events = await everything();
  expect(events).toHaveLength(EVENTS);
  expect(verifyChain(events, sha256)).toMatchObject({ ok: true });
  const days = new Set(events.map(({ at }) => at.slice(0, 10)));
  expect(days.size).toBeGreaterThanOrEqual(30);
  expect(Date.parse(events.at(-1)?.at ?? '')).toBeLessThanOrEqual(Date.now());
  for (const field of ['decision', 'outcome', 'tool', 'server', 'grant', 'client'] as const)
    expect(new Set(events.map((event) => event[field])).size, field).toBeGreaterThan(5);
});

test('seeding goes on where the chain stands, and refuses an organization that does not exist', async () => {
  const { slug: other, owner: member } = await t.organization();
  for (const events of [50, 70]) await seedEvents({ databaseUrl: t.database.ownerUrl, organization: other, events, days: 2 });
  expect((await listEvents(t.s, member, {})).to).toBe(120);
  await expect(seedEvents({ databaseUrl: t.database.ownerUrl, organization: 'nobody', events: 1 })).rejects.toThrow(SeedError);
});

interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Cond'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  Plans?: Node[];
}

const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/**
 * How PostgreSQL answers what a read sends, and how many rows of which table it touches for it. Going through a table is made dear: of
 * one as small as this it would often be the best way, which says nothing about a million rows.
 */
async function plansOf(read: () => Promise<unknown>): Promise<{ sql: string; nodes: Node[] }[]> {
  const plans: { sql: string; nodes: Node[] }[] = [];
  for (const { sql, values } of await statementsOf(t.s.db, read)) {
    const [row] = await t.s.db.forOrganization(owner.organizationId, async (tx) => {
      await tx.$executeRaw`SET LOCAL enable_seqscan = off`;
      return tx.$queryRawUnsafe<{ 'QUERY PLAN': { Plan: Node }[] }[]>(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, ...values);
    });
    plans.push({ sql, nodes: nodesOf(row?.['QUERY PLAN'][0]?.Plan as Node) });
  }
  return plans;
}

const ofEvents = (nodes: Node[]) => nodes.filter((node) => node['Relation Name']?.startsWith('AuditEvent'));
const touched = (nodes: Node[]) =>
  ofEvents(nodes).reduce(
    (sum, node) => sum + ((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)) * (node['Actual Loops'] ?? 1),
    0,
  );

describe('the plans', () => {
  const asked = (text: string) => parseQuery(text).query;

  test.each(['', 'decision:denied', 'tool:get_* -grant:ci', 'outcome:timeout server:github', 'since:3d latency:>900', '"denied by"'])(
    'a page of “%s” is read by the numbers of the chain, never by going through a table, and without counting',
    async (text) => {
      for (const before of [undefined, 9000]) {
        const plans = await plansOf(() => listEvents(t.s, owner, { query: asked(text), before }));
        for (const { sql, nodes } of plans) {
          expect(sql).not.toMatch(/count\(/i);
          for (const node of ofEvents(nodes)) {
            expect(node['Node Type'], text).toMatch(/Index Scan|Bitmap/);
            expect(node['Node Type'] === 'Bitmap Heap Scan' || node['Index Cond'], text).toBeTruthy();
          }
        }
      }
    },
  );

  test('the hundredth page touches as few events as the first', async () => {
    for (const before of [undefined, 30_000 - 99 * 50]) {
      const plans = await plansOf(() => listEvents(t.s, owner, { before }));
      // A partition that holds none of them is asked too.
      for (const { nodes } of plans) expect(touched(nodes)).toBeLessThanOrEqual(60);
    }
  });

  test('what is rare is found by the roll-up: the events between are not read', async () => {
    // However long each step takes on a busy machine, all of them are taken.
    const plans = await plansOf(() => listEvents(t.s, owner, { query: asked('kind:change'), limit: 5, budgetMs: 60_000 }));
    expect(plans.reduce((sum, { nodes }) => sum + touched(nodes), 0)).toBeLessThan(15_000);
    expect(plans.some(({ nodes }) => nodes.some((node) => node['Relation Name'] === 'AuditRollUp'))).toBe(true);
  });

  test('facets and histogram of thirty days are counted from the roll-up; events only where a quarter of an hour is cut', async () => {
    for (const text of ['', 'decision:denied tool:run_*', 'grant:ci since:7d'])
      for (const read of [readFacets, readHistogram]) {
        const plans = await plansOf(() => read(t.s, owner, { query: asked(text) }));
        for (const { nodes } of plans) expect(touched(nodes), text).toBeLessThan(500);
      }
  });

  test('what the roll-up does not know is counted among the newest 50 000 events at most, which is said', async () => {
    const { scanned } = await readFacets(t.s, owner, { query: asked('latency:>900') });
    expect(scanned).toBeNull();
    const plans = await plansOf(() => readFacets(t.s, owner, { query: asked('latency:>900') }));
    for (const { nodes } of plans) expect(touched(nodes)).toBeLessThanOrEqual(50_000);
  });
});
