/** What people are shown of the counters is what they hold: the same suite on every kind of ledger. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { charge, KINDS, type LedgerFixture, lease, openFixture, request, times } from '../testing/ledger-fixture.ts';

const ended = { outcome: 'tool_error', code: null, message: null, latencyMs: 1 } as const;

describe.each(KINDS)('beside the %s ledger', (kind) => {
  let fixture: LedgerFixture;
  beforeAll(async () => {
    fixture = await openFixture(kind);
  });
  afterAll(() => fixture.stop());

  test('the reader says what was charged, when the next is free and how many calls run', async () => {
    const { ledger, reader } = fixture;
    const id = await fixture.organization();
    const [rate, value] = [charge({ max: 30 }), charge({ key: 'organization::spend', windowMs: 86_400_000, max: 500, amount: 2.5 })];
    const other = charge({ key: 'grant:g2:rate' });
    const call = () => ({ ...request(id, [rate, value]), leases: [lease({ max: 4 })] });
    const calls = [call(), call(), call()];
    for (const one of calls) expect((await ledger.admit(one)).kind).toBe('admitted');
    await ledger.settle({ ...calls[0]!, end: ended, refund: false });
    const { counters, running } = await reader.read(id, { counters: [other, value, rate], leases: [lease(), { key: 'grant:g2:tool:x' }] });
    expect(counters.map((one) => one?.usedMicros)).toEqual([0, 7.5e6, 3e6]);
    expect(counters[0]?.nextFreeInMs).toBeNull();
    expect(counters[2]?.nextFreeInMs).toBeGreaterThan(30_000);
    expect(counters[2]?.nextFreeInMs).toBeLessThanOrEqual(60_000);
    // A part of a day is a thousandth of it: so much later it may be said to be free.
    expect(counters[1]?.nextFreeInMs).toBeLessThanOrEqual(86_400_000 * 1.001 + 1);
    expect(running).toEqual([2, 0]);
  });

  test('what a call gave back is not said to be used', async () => {
    const { ledger, reader } = fixture;
    const id = await fixture.organization();
    const given = { ...charge(), refundOn: ['tool_error'] as const };
    const one = request(id, [given]);
    await ledger.admit(one);
    await ledger.settle({ ...one, end: ended, refund: false });
    expect((await reader.read(id, { counters: [given], leases: [] })).counters).toEqual([{ usedMicros: 0, nextFreeInMs: null }]);
  });

  test('many counters are read, each its own, and another organization’s not at all', async () => {
    const { ledger, reader } = fixture;
    const [id, stranger] = [await fixture.organization(), await fixture.organization()];
    const many = Array.from({ length: 450 }, (_, index) => charge({ key: `grant:g${index}:rate` }));
    await times(40, (index) => ledger.admit(request(id, [many[index * 10]!])));
    const { counters } = await reader.read(id, { counters: many, leases: [] });
    expect(counters.map((one) => (one?.usedMicros ?? Number.NaN) / 1e6)).toEqual(
      many.map((_, index) => (index % 10 === 0 && index < 400 ? 1 : 0)),
    );
    expect((await reader.read(stranger, { counters: many.slice(0, 1), leases: [] })).counters[0]?.usedMicros).toBe(0);
  });
});

test('what Redis may have lost is not known, so that no number is shown for it', async () => {
  const fixture = await openFixture('redis');
  try {
    const asked = { counters: [charge()], leases: [lease()] };
    const unknown = { counters: [null], running: [null] };
    expect(await fixture.reader.read('never-seen', asked)).toEqual(unknown);
    const id = await fixture.organization();
    await fixture.ledger.admit(request(id, [charge()]));
    expect(await fixture.reader.read(id, asked)).toEqual({ counters: [expect.objectContaining({ usedMicros: 1e6 })], running: [0] });
    await fixture.loseEverything();
    await fixture.ledger.publishEpoch(id, 1);
    expect(await fixture.reader.read(id, asked)).toEqual(unknown);
  } finally {
    await fixture.stop();
  }
});
