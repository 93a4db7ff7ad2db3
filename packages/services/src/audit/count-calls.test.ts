import { auditFacts, DECISIONS } from '@toolgate/audit/event';
import { createDatabase, type Database } from '@toolgate/db/database';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../context.ts';
import { newId } from '../id.ts';
import { countCalls } from './count-calls.ts';

const NOW = new Date('2026-11-22T10:07:31.250Z');
const DAYS = 4;
const QUARTER = 15 * 60_000;

let t: TestServices;
let worker: Database;
let owner: Actor;
let id: string;
const random = ((state: number) => (below: number) => {
  state = (state * 48_271) % 2_147_483_647;
  return state % below;
})(11);
/** On boundaries now and then, and some with a clock that is ahead. */
const events = Array.from({ length: 1200 }, (_, index) => {
  const at = NOW.getTime() + 20 * 60_000 - random(DAYS * 86_400_000);
  const kind: 'call' | 'change' = index % 25 === 0 ? 'change' : 'call';
  return {
    ...auditFacts({ id: newId(), organizationId: '', at: new Date(index % 9 === 0 ? at - (at % QUARTER) : at).toISOString(), kind }),
    decision: kind === 'call' && index % 40 !== 3 ? DECISIONS[random(DECISIONS.length)]! : null,
    tool: `tool_${random(5)}`,
    seq: index + 1,
  };
});
beforeAll(async () => {
  t = await startTestServices();
  worker = createDatabase(t.database.urlAs('toolgate_worker'), { patienceMs: 60_000 });
  ({ id, owner } = await t.organization());
  for (let from = 0; from < events.length; from += 500) {
    const rows = events
      .slice(from, from + 500)
      .map(({ detail: _, ...event }) => ({ ...event, organizationId: id, seq: BigInt(event.seq), detail: {}, prevHash: '', hash: '' }));
    const head = { seq: rows.at(-1)?.seq ?? 0n, hash: '' };
    await worker.forOrganization(id, async (tx) => {
      await tx.auditEvent.createMany({ data: rows });
      await tx.auditChain.upsert({ where: { organizationId: id }, create: { organizationId: id, ...head }, update: head });
    });
  }
});
afterAll(async () => {
  await worker.close();
  await t.stop();
});

const counted = (since: string, buckets: number) => countCalls({ db: t.s.db, now: () => NOW }, owner, { since, buckets });

test('the counts are those of going through the events, whether the spans are whole quarters of an hour or not', async () => {
  for (const since of ['1h', '6h', '24h', '3d', '7d'])
    for (const buckets of [1, 4, 6, 7, 24, 84, 96, 100])
      for (const { start, end, counts } of await counted(since, buckets)) {
        const wanted = Object.fromEntries(DECISIONS.map((decision) => [decision, 0]));
        for (const { kind, decision, at } of events)
          if (kind === 'call' && decision && Date.parse(at) >= start.getTime() && Date.parse(at) < end.getTime())
            wanted[decision] = (wanted[decision] ?? 0) + 1;
        expect(counts, `${since} in ${buckets}: ${start.toISOString()}`).toEqual(wanted);
      }
});

test('spans follow each other without gaps, and the last holds the present', async () => {
  for (const [since, buckets] of [
    ['24h', 24],
    ['1h', 6],
  ] as const) {
    const spans = await counted(since, buckets);
    expect(spans).toHaveLength(buckets);
    for (const [i, span] of spans.slice(1).entries()) expect(span.start).toEqual(spans[i]?.end);
    const end = spans.at(-1)?.end.getTime() ?? 0;
    expect(end).toBeGreaterThanOrEqual(NOW.getTime());
    expect(end - NOW.getTime()).toBeLessThan(QUARTER);
  }
});

test('a day in hours is counted without the events, and of the own organization only', async () => {
  const before = await counted('24h', 24);
  expect(before.some(({ counts }) => counts.allowed > 0)).toBe(true);
  const database = createDatabase(t.database.ownerUrl, { patienceMs: 60_000 });
  await database.pool.query('DELETE FROM "AuditEvent" WHERE "organizationId" = $1', [id]);
  await database.close();
  expect(await counted('24h', 24)).toEqual(before);
  const { owner: stranger } = await t.organization();
  const foreign = await countCalls({ db: t.s.db, now: () => NOW }, stranger, { since: '24h', buckets: 24 });
  expect(foreign.every(({ counts }) => Object.values(counts).every((count) => count === 0))).toBe(true);
});
