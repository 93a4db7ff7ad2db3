/** What a policy's rules did, from what is kept beside the events: the same as counting the events. */
import { type AuditFacts, auditFacts } from '@toolgate/audit/event';
import { createPolicy as policyRow } from '@toolgate/testing/factories';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendBatch } from '../../../../scripts/seed-audit/append-batch.ts';
import { newId } from '../id.ts';
import { publishPolicy } from './publish.ts';
import { readPolicyActivity } from './read-activity.ts';
import { readShadowDifferences } from './read-shadow.ts';

let t: TestServices;
let client: pg.Client;
beforeAll(async () => {
  t = await startTestServices();
  client = new pg.Client({ connectionString: t.database.ownerUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await t.stop();
});

const DAY_MS = 86_400_000;
const FIRST = '{"version":"1","default":"deny","tools":{"a":{}}}';
const SECOND = '{"version":"1","default":"deny","tools":{"a":{},"b":{"action":"deny"}}}';

interface Call extends Partial<AuditFacts> {
  daysAgo: number;
}

async function world(calls: (policyId: string) => Call[][]) {
  const { id: organizationId, owner } = await t.organization();
  const { id: policyId } = await policyRow(t.s.db, organizationId, { document: FIRST });
  await publishPolicy(t.s, owner, { policyId, source: SECOND });
  const facts = ({ daysAgo, ...more }: Call) => {
    const at = new Date(Date.now() - daysAgo * DAY_MS).toISOString();
    return auditFacts({ id: newId(), organizationId, at, kind: 'call', decision: 'allowed', policyId, policyVersion: 1, ...more });
  };
  for (const batch of calls(policyId)) await appendBatch(client, organizationId, batch.map(facts));
  return { organizationId, owner, policyId };
}

const bySize = <T extends { count: number }>(rows: T[]) =>
  rows.toSorted((a, b) => b.count - a.count || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
const counts = (rows: { count: number; lastAt: Date }[]) => bySize(rows).map(({ lastAt: _, ...row }) => row);

test('tools that passed and lines that fired are counted over batches, days and versions; a line in shadow in the version it stands in', async () => {
  const denied = { decision: 'denied', code: 'default_deny', rule: '/default' } as const;
  const shadow = { effect: 'deny', code: 'denied', rule: '/tools/b/action', version: 2 };
  const { owner, policyId } = await world(() => [
    [
      ...Array.from({ length: 5 }, (_, index) => ({ daysAgo: index, tool: 'a' })),
      { daysAgo: 1, tool: 'x1', ...denied },
      { daysAgo: 2, tool: 'x2', ...denied },
    ],
    [
      { daysAgo: 0, tool: 'b', decision: 'approved', detail: { shadow } },
      { daysAgo: 0, tool: 'b', detail: { shadow: { ...shadow, rule: '/hide/0', version: undefined } } },
      { daysAgo: 0, tool: 'x3', ...denied, policyVersion: 2, detail: { shadow: { ...shadow, effect: 'allow', rule: null } } },
      { daysAgo: 40, tool: 'a' },
      { daysAgo: 0, tool: 'a', policyId: 'another' },
      { daysAgo: 0, tool: 'a', policyId: null, policyVersion: null },
    ],
  ]);
  const activity = await readPolicyActivity(t.s, owner, { policyId, days: 30 });
  expect(activity?.calls).toBe(10);
  expect(counts(activity!.passed)).toEqual([
    { tool: 'a', count: 5 },
    { tool: 'b', count: 2 },
  ]);
  expect(counts(activity!.fired)).toEqual([
    { version: 1, rule: '/default', count: 2 },
    { version: 1, rule: '/hide/0', count: 1 },
    { version: 2, rule: '/default', count: 1 },
    { version: 2, rule: '/tools/b/action', count: 1 },
  ]);
  expect(activity!.sources.toSorted((a, b) => a.version - b.version)).toEqual([
    { version: 1, source: FIRST },
    { version: 2, source: SECOND },
  ]);
  expect((await readPolicyActivity(t.s, owner, { policyId, days: 90 }))?.calls).toBe(11);
  expect((await readPolicyActivity(t.s, owner, { policyId, days: 1 }))?.since.getTime()).toBeLessThanOrEqual(Date.now() - DAY_MS);
  expect(await readShadowDifferences(t.s, owner, { policyId, version: 2 })).toEqual({ allow: 1, deny: 1, limit: 0, pending: 0 });
});

test('a caller who makes up tools leaves one row, not one for each; another organization sees nothing', async () => {
  const { organizationId, policyId } = await world(() => [
    Array.from({ length: 200 }, (_, index) => ({ daysAgo: 0.01, tool: `made-up-${index}`, decision: 'denied' as const, rule: '/default' })),
  ]);
  expect(await t.s.db.forOrganization(organizationId, (tx) => tx.policyActivity.count())).toBeLessThanOrEqual(2);
  const { owner: stranger } = await t.organization();
  expect(await readPolicyActivity(t.s, stranger, { policyId, days: 30 })).toBeNull();
  expect(await readShadowDifferences(t.s, stranger, { policyId, version: 1 })).toMatchObject({ deny: 0 });
});

test('what the events are no longer there for is forgotten', async () => {
  const { owner, policyId } = await world(() => [
    [
      { daysAgo: 80, tool: 'a' },
      { daysAgo: 1, tool: 'a' },
    ],
  ]);
  expect((await readPolicyActivity(t.s, owner, { policyId, days: 90 }))?.calls).toBe(2);
  await client.query(`INSERT INTO "AuditInstallation" (id, "droppedBefore") VALUES (1, now() - INTERVAL '60 days')
    ON CONFLICT (id) DO UPDATE SET "droppedBefore" = EXCLUDED."droppedBefore"`);
  expect((await readPolicyActivity(t.s, owner, { policyId, days: 90 }))?.calls).toBe(1);
});
