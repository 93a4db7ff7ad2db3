/** Counters: exact, all or nothing, separate. The same suite on every kind of ledger. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AdmitRequest, Ledger } from '../ledger.ts';
import { Attempts } from '../testing/attempts.ts';
import { charge, count, KINDS, type LedgerFixture, openFixture, request, times } from '../testing/ledger-fixture.ts';

const ended = { outcome: 'ok', code: null, message: null, latencyMs: 1 } as const;

describe.each(KINDS)('the %s ledger', (kind) => {
  let fixture: LedgerFixture;
  let ledger: Ledger;
  beforeAll(async () => {
    fixture = await openFixture(kind);
    ({ ledger } = fixture);
  });
  afterAll(() => fixture.stop());
  const organization = () => fixture.organization();
  const records = (id: string) => fixture.records(id);

  test('exactly max of many parallel callers pass, and each has a record', async () => {
    const id = await organization();
    const results = await times(64, () => ledger.admit(request(id, [charge({ max: 30 })])));
    expect([count(results, 'admitted'), count(results, 'limited')]).toEqual([30, 34]);
    expect((await records(id)).length).toBe(30);
  });

  test('the window rolls: charges leave one by one, not all at a boundary, and who is refused is told when the first of them leaves', async () => {
    const id = await organization();
    const windowMs = 1000;
    const attempts = new Attempts(() => ledger.admit(request(id, [charge({ max: 2, windowMs })])), { max: 2, windowMs });
    // The second comes more than half of a window after the first, so that a third fits long before a fourth.
    await attempts.untilAdmitted(1, { pauseMs: 0 });
    await sleep(600);
    await attempts.untilAdmitted(6, { pauseMs: 20 });
    attempts.expectRolling();
    for (const { full, wall, left } of attempts.refused) {
      expect(full).toMatchObject({ of: 'charge', index: 0, remainingMicros: 0, recorded: false });
      expect(full.retryAfterMs).toBeGreaterThanOrEqual(left.least - 2);
      expect(full.retryAfterMs).toBeLessThanOrEqual(left.most + 2);
      // The clocks are those of one machine.
      expect(full.resetAt.getTime()).toBeGreaterThan(wall.from + full.retryAfterMs - 1000);
      expect(full.resetAt.getTime()).toBeLessThan(wall.to + full.retryAfterMs + 1000);
    }
  });

  test('several charges are taken all or none', async () => {
    const id = await organization();
    const wide = charge({ key: 'organization::all', max: 100 });
    const narrow = charge({ key: 'grant:g1:narrow', max: 3 });
    const results = await times(10, () => ledger.admit(request(id, [wide, narrow])));
    expect(count(results, 'admitted')).toBe(3);
    expect(results.find((result) => result.kind === 'limited')).toMatchObject({ index: 1 });
    expect((await ledger.read(id, [wide, narrow])).map((state) => state.usedMicros)).toEqual([3e6, 3e6]);
  });

  test('two limits on one counter both hold within one call', async () => {
    const id = await organization();
    const twice = [charge({ max: 5 }), charge({ max: 5 })];
    const results = await times(5, () => ledger.admit(request(id, twice)));
    expect(count(results, 'admitted')).toBe(2);
    expect((await ledger.read(id, [charge()]))[0]!.usedMicros).toBe(4e6);
  });

  test('amounts are exact to a millionth, and one that can never fit is refused', async () => {
    const id = await organization();
    const spend = (amount: number) => ledger.admit(request(id, [charge({ key: 'grant:g1:spend', max: 0.3, amount })]));
    expect([(await spend(0.1)).kind, (await spend(0.2)).kind, (await spend(0.000001)).kind]).toEqual(['admitted', 'admitted', 'limited']);
    expect((await ledger.admit(request(id, [charge({ max: 0 })]))).kind).toBe('limited');
    expect(await ledger.admit(request(id, [charge({ max: 2, amount: 3 })]))).toMatchObject({ kind: 'limited', remainingMicros: 2e6 });
  });

  test('a limit with a large maximum never lets more through, and is empty again after its window', async () => {
    const id = await organization();
    const limit = (amount: number, windowMs: number) => charge({ key: 'grant:g1:large', max: 5000, windowMs, amount });
    const results = await times(60, () => ledger.admit(request(id, [limit(100, 3_600_000)])));
    expect(count(results, 'admitted')).toBe(50);
    const windowMs = 1000;
    const attempts = new Attempts(() => ledger.admit(request(id, [limit(5000, windowMs)])), { max: 1, windowMs });
    await attempts.untilAdmitted(3, { pauseMs: 20 });
    attempts.expectNeverTooMany();
  });

  test('counters of two scopes do not touch, nor do those of two organizations', async () => {
    const [one, two] = [await organization(), await organization()];
    const grant = charge({ key: 'grant:g1:rate', max: 1 });
    const server = charge({ key: 'server:s1:rate', max: 2 });
    expect((await ledger.admit(request(one, [grant, server]))).kind).toBe('admitted');
    expect(await ledger.admit(request(one, [grant, server]))).toMatchObject({ kind: 'limited', index: 0 });
    expect((await ledger.admit(request(one, [charge({ key: 'grant:g2:rate', max: 1 }), server]))).kind).toBe('admitted');
    expect(await ledger.admit(request(one, [charge({ key: 'grant:g3:rate', max: 1 }), server]))).toMatchObject({
      kind: 'limited',
      index: 1,
    });
    expect((await ledger.admit(request(two, [grant, server]))).kind).toBe('admitted');
  });

  test.each([
    ['exact', 2],
    ['coarse', 2000],
  ])('a refund gives back what its call took from an %s counter, once', async (_name, max) => {
    const id = await organization();
    const limit = charge({ max, amount: max / 2 });
    const [first, second] = [request(id, [limit]), request(id, [limit])];
    await ledger.admit(first);
    await ledger.admit(second);
    expect((await ledger.admit(request(id, [limit]))).kind).toBe('limited');
    const end = { outcome: 'upstream_error', code: 'connect', message: null, latencyMs: 1 } as const;
    for (let i = 0; i < 2; i++) await ledger.settle({ organizationId: id, callId: first.callId, charges: [limit], end, refund: true });
    expect((await ledger.read(id, [limit]))[0]!.usedMicros).toBe((max / 2) * 1e6);
    await ledger.settle({ organizationId: id, callId: second.callId, charges: [limit], end, refund: false });
    expect((await ledger.read(id, [limit]))[0]!.usedMicros).toBe((max / 2) * 1e6);
    expect((await records(id)).filter((record) => record.type === 'end')).toMatchObject([
      { end: { refunded: true } },
      {},
      { callId: second.callId, end: { outcome: 'upstream_error' } },
    ]);
  });

  test.each([
    ['exact', 4],
    ['coarse', 4000],
  ])('a tool error gives back the charges whose limits say so, and no others (%s)', async (_name, max) => {
    const id = await organization();
    const kept = charge({ key: 'grant:g1:kept', max, amount: 1 });
    const given = { ...charge({ key: 'grant:g1:given', max, amount: 2 }), refundOn: ['tool_error'] as const };
    const call = () => request(id, [kept, given]);
    const [failed, refused, fine] = [call(), call(), call()];
    for (const one of [failed, refused, fine])
      expect((await ledger.admit({ ...one, charges: [kept, { ...given, amountMicros: 1e6 }] })).kind).toBe('admitted');
    const settle = (one: AdmitRequest, outcome: 'tool_error' | 'upstream_error' | 'ok') =>
      ledger.settle({ ...one, charges: [kept, { ...given, amountMicros: 1e6 }], end: { ...ended, outcome }, refund: false });
    await settle(failed, 'tool_error');
    await settle(refused, 'upstream_error');
    await settle(fine, 'ok');
    expect((await ledger.read(id, [kept, given])).map(({ usedMicros }) => usedMicros)).toEqual([3e6, 2e6]);
    expect((await records(id)).filter(({ type }) => type === 'end')).toMatchObject([{ end: { refundedCharges: [1] } }, {}, {}]);
  });
});
