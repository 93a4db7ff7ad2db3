import { createHash } from 'node:crypto';
import { canonical, chainHash, GENESIS, verifyChain } from '@toolgate/audit/chain';
import { type AuditEvent, type AuditFacts, auditFacts } from '@toolgate/audit/event';
import { parseQuery } from '@toolgate/audit/query/parse';
import { createDatabase, type Database } from '@toolgate/db/database';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../id.ts';
import { readOverview } from '../overview/read.ts';
import { registerServer } from '../server/register.ts';
import { saveDiscovery } from '../server/save-discovery.ts';
import { countCalls } from './count-calls.ts';
import { exportEvents } from './export.ts';
import { eventsSince, listEvents, newestSeq, readEvent } from './read.ts';

let t: TestServices;
let worker: Database;
beforeAll(async () => {
  t = await startTestServices();
  worker = createDatabase(t.database.urlAs('toolgate_worker'), { patienceMs: 60_000 });
});
afterAll(async () => {
  await worker.close();
  await t.stop();
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Chains events as the worker does, after those that are there. */
async function chain(organizationId: string, events: Partial<AuditFacts>[]): Promise<void> {
  await worker.forOrganization(organizationId, async (tx) => {
    const head = await tx.auditChain.findUnique({ where: { organizationId } });
    let [seq, prevHash] = [Number(head?.seq ?? 0), head?.hash ?? GENESIS];
    const rows = events.map((known) => {
      const facts = auditFacts({ id: newId(), organizationId, at: new Date().toISOString(), kind: 'call', ...known });
      const hash = chainHash(prevHash, canonical({ ...facts, seq: ++seq }), sha256);
      const row = { ...facts, seq: BigInt(seq), at: new Date(facts.at), prevHash, hash, detail: facts.detail as object };
      prevHash = hash;
      return row;
    });
    await tx.auditEvent.createMany({ data: rows });
    const chained = { seq: BigInt(seq), hash: prevHash };
    await tx.auditChain.upsert({ where: { organizationId }, create: { organizationId, ...chained }, update: chained });
  });
}

const call = (i: number): Partial<AuditFacts> => ({
  decision: i % 3 === 0 ? 'denied' : 'allowed',
  outcome: i % 3 === 0 ? null : 'ok',
  tool: i % 2 === 0 ? 'draw' : 'paint',
  grant: 'ci',
  grantId: 'grant-1',
  server: 'demo',
  serverId: 'server-1',
  message: `Message ${i}`,
  detail: { argumentKeys: ['prompt'], trace: [{ step: 'default', result: 'deny' }] },
});

test('pages go from the newest to the oldest without a gap, and back', async () => {
  const { id, owner } = await t.organization();
  await chain(
    id,
    Array.from({ length: 25 }, (_, i) => call(i + 1)),
  );
  const seqs = async (query: object) => {
    const { events, more } = await listEvents(t.s, owner, { limit: 10, ...query });
    return [events.map(({ seq }) => seq), more];
  };
  const run = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, i) => from - i);
  expect(await seqs({})).toEqual([run(25, 16), true]);
  expect(await seqs({ before: 16 })).toEqual([run(15, 6), true]);
  expect(await seqs({ before: 6 })).toEqual([run(5, 1), false]);
  expect(await seqs({ after: 5 })).toEqual([run(15, 6), true]);
  expect(await seqs({ after: 20 })).toEqual([run(25, 21), false]);
  expect((await eventsSince(t.s, owner, { after: 22 })).map(({ seq }) => seq)).toEqual([23, 24, 25]);
  expect(await newestSeq(t.s, owner)).toBe(25);
  for (const odd of [Number.NaN, -1, 1e300, 0.5])
    await expect(listEvents(t.s, owner, { before: odd })).resolves.toMatchObject({ events: [] });
});

test('a filter means what it says: any within a list, all between lists', async () => {
  const { id, owner } = await t.organization();
  await chain(id, [
    ...Array.from({ length: 6 }, (_, i) => call(i + 1)),
    { kind: 'change', action: 'grant.revoke', actor: 'Ada' },
    { ...call(7), at: new Date(Date.now() - 3_600_000 * 5).toISOString() },
  ]);
  const seqs = async (text: string) => (await listEvents(t.s, owner, { query: parseQuery(text).query })).events.map(({ seq }) => seq);
  expect(await seqs('decision:denied')).toEqual([6, 3]);
  expect(await seqs('decision:denied tool:draw')).toEqual([6]);
  expect(await seqs('decision:denied,allowed kind:call')).toEqual([8, 6, 5, 4, 3, 2, 1]);
  expect(await seqs('kind:change')).toEqual([7]);
  expect(await seqs('grant:grant-1 server:demo outcome:ok since:1h')).toEqual([5, 4, 2, 1]);
  expect(await seqs('until:2h')).toEqual([8]);
  expect(await seqs('"MESSAGE 3"')).toEqual([3]);
  expect(await seqs(`"' OR 1=1 --"`)).toEqual([]);
  expect(await seqs('ada')).toEqual([7]);
});

test('no organization sees an event of another', async () => {
  const [one, two] = [await t.organization(), await t.organization()];
  await chain(one.id, [call(1)]);
  expect((await listEvents(t.s, two.owner, {})).events).toEqual([]);
  expect(await readEvent(t.s, two.owner, 1)).toBeNull();
  expect(await readEvent(t.s, one.owner, 1)).toMatchObject({ seq: 1, tool: 'paint', detail: { argumentKeys: ['prompt'] } });
  const { id } = (await readEvent(t.s, one.owner, 1))!;
  expect(await readEvent(t.s, one.owner, id)).toMatchObject({ seq: 1 });
  expect(await readEvent(t.s, two.owner, id)).toBeNull();
});

test('an export streams every event as it was chained, in order, over many pages; it verifies offline, and is itself recorded', async () => {
  const { id, owner } = await t.organization();
  await chain(
    id,
    Array.from({ length: 2345 }, (_, i) => call(i)),
  );
  const exported = await exportEvents(t.s, owner, '', { patienceMs: 0 });
  if (!exported.ok) throw new Error(exported.refusal.message);
  const events: AuditEvent[] = [];
  for await (const event of exported.value) events.push(JSON.parse(JSON.stringify(event)));
  expect(events).toHaveLength(2345);
  expect(verifyChain(events, sha256)).toMatchObject({ ok: true, head: { seq: 2345 } });
  const records = await t.s.db.forOrganization(id, (tx) => tx.auditRecord.findMany());
  expect(records.map(({ record }) => record)).toMatchObject([{ facts: { action: 'audit.export', actor: owner.name } }]);
});

test('an export waits for what was recorded before it', async () => {
  const { id, owner } = await t.organization();
  await chain(id, [call(1)]);
  const exporting = exportEvents(t.s, owner, '', { patienceMs: 100_000 });
  const pending = await untilRecorded(id);
  await chain(id, [call(2), (pending as { facts: AuditFacts }).facts, call(3)]);
  const exported = await exporting;
  if (!exported.ok) throw new Error('refused');
  const seen: (string | null)[] = [];
  for await (const event of exported.value) seen.push(event.action ?? event.message);
  expect(seen).toEqual(['Message 1', 'Message 2', 'audit.export']);
});

test('an export of a time that cannot be read is refused', async () => {
  const { owner } = await t.organization();
  expect(await exportEvents(t.s, owner, 'since:yesterday')).toMatchObject({ ok: false, refusal: { code: 'invalid' } });
});

test('calls are counted by decision in equal spans, empty ones included', async () => {
  const { id, owner } = await t.organization();
  const now = Date.now();
  const at = (minutesAgo: number) => new Date(now - minutesAgo * 60_000).toISOString();
  await chain(id, [
    { decision: 'allowed', at: at(55) },
    { decision: 'denied', at: at(55) },
    { decision: 'allowed', at: at(5) },
    { decision: 'allowed', at: at(4) },
    { decision: 'allowed', at: at(65) },
    { kind: 'change', action: 'x.y', at: at(5) },
  ]);
  const buckets = await countCalls({ ...t.s, now: () => new Date(now) }, owner, { since: '1h', buckets: 6 });
  expect(buckets).toHaveLength(6);
  expect(buckets[0]).toMatchObject({ start: new Date(now - 3_600_000), counts: { allowed: 1, denied: 1, limited: 0 } });
  expect(buckets[5]).toMatchObject({ end: new Date(now), counts: { allowed: 2, denied: 0 } });
  expect(buckets.slice(1, 5).every(({ counts }) => Object.values(counts).every((count) => count === 0))).toBe(true);
});

test('the overview says where the organization stands and what needs attention', async () => {
  const { id, owner } = await t.organization();
  expect(await readOverview(t.s, owner)).toMatchObject({
    servers: { total: 0 },
    steps: { server: false, call: false },
    lastCallAt: null,
    attention: [],
  });
  const register = async (name: string) => {
    const result = await registerServer(t.s, owner, { name, managed: 'wavespeed-demo' });
    if (!result.ok) throw new Error('no server');
    return result.value.id;
  };
  const [good, bad] = [await register('Good'), await register('Bad')];
  const tool = (name: string) => ({ name, inputSchema: {} });
  const discover = (...tools: string[]) =>
    saveDiscovery(t.s, { organizationId: id, serverId: good, found: { serverInfo: null, protocolVersion: null, tools: tools.map(tool) } });
  await discover('a');
  await discover('a', 'b');
  await saveDiscovery(t.s, { organizationId: id, serverId: bad, failure: { code: 'x', message: 'Nobody there.', fix: 'Start it.' } });
  await chain(id, [call(1)]);
  expect(await readOverview(t.s, owner)).toMatchObject({
    servers: { total: 2, ready: 1, failing: 1, discovering: 0 },
    tools: { active: 1, quarantined: 1 },
    steps: { server: true, policy: false, grant: false, call: true },
    lastCallAt: expect.any(Date),
    inForce: true,
    attention: [
      { kind: 'server_failing', slug: 'bad', message: 'Nobody there.' },
      { kind: 'tools_quarantined', slug: 'good', count: 1 },
    ],
  });
});

async function untilRecorded(organizationId: string): Promise<unknown> {
  for (;;) {
    const row = await t.s.db.forOrganization(organizationId, (tx) => tx.auditRecord.findFirst({ orderBy: { id: 'desc' } }));
    if (row) return row.record;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
