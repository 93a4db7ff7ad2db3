/** What the explorer shows is what the query means: compared with the same question asked of every event in memory. */
import { createHash, createHmac } from 'node:crypto';
import { argumentMarkText, MARK_DIGITS } from '@toolgate/audit/argument-mark';
import { canonical, chainHash, GENESIS } from '@toolgate/audit/chain';
import { type AuditEvent, auditFacts, DECISIONS, OUTCOMES } from '@toolgate/audit/event';
import { matchesQuery } from '@toolgate/audit/query/match';
import { parseQuery } from '@toolgate/audit/query/parse';
import { createDatabase, type Database } from '@toolgate/db/database';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../context.ts';
import { newId } from '../id.ts';
import { argumentKey } from '../secret/data-key.ts';
import { readEventProof } from './event-proof.ts';
import { FACET_FIELDS, readFacets } from './facets.ts';
import { BAR_PARTS, readHistogram } from './histogram.ts';
import { listViews } from './list-views.ts';
import { listEvents } from './read.ts';
import { saveView } from './save-view.ts';

let t: TestServices;
let worker: Database;
let owner: Actor;
let stranger: Actor;
let events: AuditEvent[];
/** The same every day: where the quarters of an hour begin does not depend on when the test runs. */
const NOW = new Date('2026-11-22T10:07:31.250Z');
const HOURS = 24 * 9;

beforeAll(async () => {
  t = await startTestServices();
  worker = createDatabase(t.database.urlAs('toolgate_worker'), { patienceMs: 60_000 });
  const organization = await t.organization();
  owner = organization.owner;
  stranger = (await t.organization()).owner;
  events = await chain(organization.id, 1500);
});
afterAll(async () => {
  await worker.close();
  await t.stop();
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Events of nine days, chained as the worker does, in several transactions. */
async function chain(organizationId: string, count: number): Promise<AuditEvent[]> {
  let state = 17;
  const random = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  const made: AuditEvent[] = [];
  for (let seq = 1; seq <= count; seq++) {
    const at = new Date(NOW.getTime() - HOURS * 3_600_000 + (seq / count) * HOURS * 3_600_000 - random(40 * 60_000) - 1);
    const change = random(20) === 0;
    const decision = change ? null : pick([...DECISIONS, 'allowed', 'allowed', 'allowed'] as const);
    const facts = auditFacts({
      id: newId(),
      organizationId,
      at: at.toISOString(),
      kind: change ? 'change' : 'call',
      decision,
      outcome: decision === 'allowed' ? pick(OUTCOMES) : null,
      tool: change || random(12) === 0 ? null : pick(['run_model', 'run_query', 'a%b', 'get_price', 'x"y', '']),
      server: change ? null : pick(['demo', 'github']),
      serverId: change ? null : pick(['s-1', 's-2']),
      grant: change ? null : pick(['ci', 'my laptop', 'nightly']),
      grantId: change ? null : pick(['g-1', 'g-2', null]),
      message: pick([null, 'No rule allows it.', '100% denied', 'limited to 30']),
      client: pick([null, 'Cursor 2.1', 'claude-code']),
      latencyMs: pick([null, 0, 3, 500, 501, 90_000]),
      policyVersion: pick([null, 1, 2]),
      action: change ? 'policy.publish' : null,
      actor: change ? 'Ada' : null,
      detail: {
        argumentKeys: pick([['size', 'prompt'], ['sql'], []]),
        ...(random(9) === 0 ? { shadow: { effect: 'deny', code: 'x', rule: null } } : {}),
        ...(random(3) === 0 ? { ip: '10.0.0.7' } : {}),
      },
    });
    const prevHash = made.at(-1)?.hash ?? GENESIS;
    made.push({ ...facts, seq, prevHash, hash: chainHash(prevHash, canonical({ ...facts, seq }), sha256) });
  }
  for (let from = 0; from < count; from += 400) {
    const part = made.slice(from, from + 400);
    await worker.forOrganization(organizationId, async (tx) => {
      await tx.auditEvent.createMany({
        data: part.map((event) => ({ ...event, seq: BigInt(event.seq), at: new Date(event.at), detail: event.detail as object })),
      });
      const head = { seq: BigInt(part.at(-1)?.seq ?? 0), hash: part.at(-1)?.hash ?? '' };
      await tx.auditChain.upsert({ where: { organizationId }, create: { organizationId, ...head }, update: head });
    });
  }
  return made;
}

const HOUR_MS = 3_600_000;
/** Looked at so long after the newest event. */
const s = (laterMs = 0) => ({ db: t.s.db, now: () => new Date(NOW.getTime() + laterMs) });
const later = fc.integer({ min: 0, max: 26 * HOUR_MS });
const asked = (text: string) => {
  const { query, problems } = parseQuery(text);
  expect(problems).toEqual([]);
  return query;
};
const matching = (text: string, laterMs: number) => events.filter((event) => matchesQuery(asked(text), event, NOW.getTime() + laterMs));

const TERMS = [
  'decision:denied',
  'decision:denied,limited',
  '-decision:allowed',
  'outcome:*_error',
  'outcome:""',
  'tool:run_*',
  'tool:"a%b"',
  'tool:*%*',
  '-tool:*_m*',
  'tool:""',
  'tool:none_of_this',
  'server:demo',
  'server:s-1',
  '-server:github',
  'grant:g-1,"my laptop"',
  '-grant:ci',
  'grant:""',
  'kind:change',
  'kind:call',
  'latency:>500',
  'latency:..3',
  '-latency:500..501',
  'version:*',
  'seq:200..900',
  'since:36h',
  'since:4d',
  'until:30h',
  'since:50h until:49h',
  'arg.size',
  '-arg.sql',
  'shadow:deny',
  '-shadow:*',
  'ip:10.0.*',
  'client:Cursor*',
  '"100%"',
  'ADA',
  '-limited',
];
const queries = fc.uniqueArray(fc.constantFrom(...TERMS), { maxLength: 4 }).map((terms) => terms.join(' '));

test('every page of every query holds exactly what it means, newest first, and no page is skipped or repeated', async () => {
  await fc.assert(
    fc.asyncProperty(queries, fc.integer({ min: 3, max: 200 }), later, async (text, asMany, laterMs) => {
      const wanted = matching(text, laterMs).map(({ seq }) => seq);
      // Fifteen pages show what five hundred would.
      const limit = Math.max(asMany, Math.ceil(wanted.length / 15));
      const seqs: number[] = [];
      for (let before: number | undefined; ; ) {
        const page = await listEvents(s(laterMs), owner, { query: asked(text), before, limit });
        seqs.push(...page.events.map(({ seq }) => seq));
        if (!page.more) break;
        before = page.from;
      }
      expect(seqs).toEqual(wanted.reverse());
    }),
    { numRuns: 60, examples: TERMS.map((term) => [term, 100, 0]) },
  );
});

test('reading on from any number brings what is newer, in order', async () => {
  await fc.assert(
    fc.asyncProperty(queries, fc.integer({ min: 0, max: 1500 }), later, async (text, after, laterMs) => {
      const seqs: number[] = [];
      for (let from = after; ; ) {
        const page = await listEvents(s(laterMs), owner, { query: asked(text), after: from, limit: 70 });
        seqs.push(...page.events.map(({ seq }) => seq).reverse());
        from = page.to;
        if (!page.more) break;
      }
      expect(seqs).toEqual(
        matching(text, laterMs)
          .map(({ seq }) => seq)
          .filter((seq) => seq > after),
      );
    }),
    { numRuns: 40 },
  );
});

test('an event of an hour that the roll-up knows is found although nothing near it matches', async () => {
  const only = events.find((event) => event.decision === 'pending' && event.tool === 'get_price') as AuditEvent;
  const { events: found } = await listEvents(s(), owner, {
    query: asked('decision:pending tool:get_price'),
    before: only.seq + 1,
    limit: 1,
  });
  expect(found.map(({ seq }) => seq)).toEqual([only.seq]);
});

test('the histogram counts what the query means, each event in its bar, whether from the roll-up, its edges, or event by event', async () => {
  await fc.assert(
    fc.asyncProperty(queries, later, async (text, laterMs) => {
      const histogram = await readHistogram(s(laterMs), owner, { query: asked(text) });
      if (!histogram) throw new Error('there are events');
      const start = Date.parse(histogram.start);
      const wanted = histogram.bars.map(() => 0);
      for (const event of matching(text, laterMs)) {
        const index = Math.floor((Date.parse(event.at) - start) / histogram.widthMs);
        wanted[index] = (wanted[index] ?? 0) + 1;
      }
      expect(histogram.bars.map((bar) => BAR_PARTS.reduce((sum, part) => sum + bar[part], 0))).toEqual(wanted);
    }),
    { numRuns: 40, examples: ['', 'since:36h', 'since:50h until:49h', 'latency:>500 since:4d'].map((text) => [text, 0]) },
  );
});

test('a facet counts each value as if nothing were asked of its own field, and the total is what matches', async () => {
  await fc.assert(
    fc.asyncProperty(queries, later, async (text, laterMs) => {
      const facets = await readFacets(s(laterMs), owner, { query: asked(text) });
      expect(facets.total).toBe(matching(text, laterMs).length);
      for (const field of FACET_FIELDS) {
        const others = { terms: asked(text).terms.filter((term) => !(term.kind === 'value' && term.field === field)) };
        const counts = new Map<string, number>();
        for (const event of events.filter((one) => matchesQuery(others, one, NOW.getTime() + laterMs))) {
          const value = event[field] ?? '';
          counts.set(value, (counts.get(value) ?? 0) + 1);
        }
        for (const { value, count } of facets.fields[field].values)
          expect(count, `${text}: ${field} ${value}`).toBe(counts.get(value) ?? 0);
        const shown = new Set(facets.fields[field].values.map(({ value }) => value));
        for (const value of counts.keys()) if (value !== '') expect(shown).toContain(value);
      }
    }),
    { numRuns: 40, examples: ['', 'decision:denied tool:run_*', 'since:36h'].map((text) => [text, 0]) },
  );
});

test('the value of an argument is found by its mark, as the text or the number that was typed, by who may read captured values', async () => {
  const { id, owner: member } = await t.organization();
  const key = await t.s.db.forOrganization(id, (tx) => argumentKey(tx, t.s.keyRing, id));
  const mark = (value: unknown) =>
    createHmac('sha256', key)
      .update(argumentMarkText('size', value) ?? '')
      .digest('hex')
      .slice(0, MARK_DIGITS);
  const call = (seq: number, marks?: Record<string, string>) => {
    const facts = auditFacts({ id: newId(), organizationId: id, at: NOW.toISOString(), kind: 'call', decision: 'allowed' });
    const detail = { argumentKeys: ['size'], ...(marks ? { argumentMarks: marks } : {}) };
    return { ...facts, at: NOW, detail, seq: BigInt(seq), prevHash: '', hash: '' };
  };
  await worker.forOrganization(id, (tx) =>
    tx.auditEvent.createMany({ data: [call(1, { size: mark('4K') }), call(2, { size: mark(4) }), call(3)] }),
  );
  await worker.forOrganization(id, (tx) => tx.auditChain.create({ data: { organizationId: id, seq: 3n, hash: '' } }));
  const found = async (text: string) => (await listEvents(t.s, member, { query: asked(text) })).events.map(({ seq }) => seq);
  expect(await found('arg.size:4K')).toEqual([1]);
  expect(await found('arg.size:4')).toEqual([2]);
  expect(await found('arg.size:4,4K')).toEqual([2, 1]);
  expect(await found('arg.size:2K')).toEqual([]);
  expect(await found('arg.size')).toEqual([3, 2, 1]);
  expect((await readFacets(t.s, member, { query: asked('arg.size:4K') })).total).toBe(1);
  const viewer = await t.member(id, 'viewer');
  expect((await listEvents(t.s, viewer, { query: asked('arg.size:4K') })).events).toEqual([]);
  expect((await listEvents({ ...s(), keyRing: undefined as never }, member, { query: asked('arg.size:4K') })).events).toEqual([]);
});

test('another organization sees none of it', async () => {
  expect(await readHistogram(s(), stranger, { query: asked('') })).toBeNull();
  expect((await readFacets(s(), stranger, { query: asked('') })).total).toBe(0);
  expect((await listEvents(s(), stranger, { query: asked('decision:denied') })).events).toEqual([]);
  expect(await readEventProof(s(), stranger, 5)).toBeNull();
  await saveView(t.s, owner, { name: 'Denied', query: 'decision:denied' });
  expect(await listViews(t.s, stranger)).toEqual([]);
  expect(await listViews(t.s, owner)).toMatchObject([{ name: 'Denied', query: 'decision:denied' }]);
});

test('a view with a part that is not understood is refused, and one of the same name gets the new query', async () => {
  expect(await saveView(t.s, owner, { name: 'Odd', query: 'decison:denied' })).toMatchObject({ refusal: { code: 'invalid' } });
  await saveView(t.s, owner, { name: 'Slow', query: 'latency:>1s' });
  await saveView(t.s, owner, { name: 'Slow', query: 'latency:>2s' });
  expect((await listViews(t.s, owner)).filter(({ name }) => name === 'Slow')).toMatchObject([{ query: 'latency:>2s' }]);
});

test('an event’s place in the chain is computed anew, and a change of what is stored is found', async () => {
  expect(await readEventProof(s(), owner, 1)).toEqual({ holds: true, previous: 'first', checkpoint: null });
  expect(await readEventProof(s(), owner, 700)).toEqual({ holds: true, previous: 'holds', checkpoint: null });
  const database = createDatabase(t.database.ownerUrl, { patienceMs: 60_000 });
  await database.pool.query(`UPDATE "AuditEvent" SET message = 'rewritten' WHERE "organizationId" = $1 AND seq = 700`, [
    owner.organizationId,
  ]);
  expect(await readEventProof(s(), owner, 700)).toMatchObject({ holds: false });
  const { message } = events[699] as AuditEvent;
  await database.pool.query(`UPDATE "AuditEvent" SET message = $2 WHERE "organizationId" = $1 AND seq = 700`, [
    owner.organizationId,
    message,
  ]);
  await database.close();
});

test('the application cannot write the roll-up, and it is forgotten with the events of a time', async () => {
  for (const table of ['AuditRollUp', 'AuditSpan', 'AuditCombination'])
    await expect(t.s.db.pool.query(`DELETE FROM "${table}"`)).rejects.toThrow('permission denied');
  const database = createDatabase(t.database.ownerUrl, { patienceMs: 60_000 });
  const count = async () => (await database.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM "AuditSpan"')).rows[0]?.n ?? 0;
  expect(await count()).toBeGreaterThan(0);
  await database.pool.query(
    `INSERT INTO "AuditInstallation" (id, "droppedBefore") VALUES (1, $1)
     ON CONFLICT (id) DO UPDATE SET "droppedBefore" = EXCLUDED."droppedBefore"`,
    [new Date(NOW.getTime() + 24 * HOUR_MS)],
  );
  expect(await count()).toBe(0);
  await database.close();
});
