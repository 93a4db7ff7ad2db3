/** Leases: calls in flight. The same suite on every kind of ledger. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ledger } from '../ledger.ts';
import { Attempts } from '../testing/attempts.ts';
import { charge, KINDS, type LedgerFixture, lease, openFixture, request, times } from '../testing/ledger-fixture.ts';

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

  test('never more calls in flight than a lease says, and each place is free again when its call has ended', async () => {
    const id = await organization();
    let [inFlight, most, passed] = [0, 0, 0];
    let reachFour: () => void = () => {};
    const four = new Promise<void>((resolve) => {
      reachFour = resolve;
    });
    await times(64, async () => {
      const call = { ...request(id, []), leases: [lease({ max: 4 })] };
      while ((await ledger.admit(call)).kind === 'limited') await sleep(2);
      most = Math.max(most, ++inFlight);
      passed++;
      if (inFlight === 4) reachFour();
      await four;
      await sleep(1);
      inFlight--;
      await ledger.settle({ ...call, end: ended, refund: false });
    });
    expect([most, passed]).toEqual([4, 64]);
  });

  test('charges and leases are taken all or none, and a full lease says so', async () => {
    const id = await organization();
    const limit = charge({ max: 10 });
    const refusal = { message: 'At most 2.', rule: '/tools/x/limits/1', counter: 'tool:x', scope: 'grant', max: 2 };
    const call = (max = 2) => ({ ...request(id, [limit]), leases: [lease({ max, refusal })] });
    const [one, two] = [call(), call()];
    await ledger.admit(one);
    await ledger.admit(two);
    const full = await ledger.admit(call());
    expect(full).toMatchObject({ kind: 'limited', of: 'lease', index: 0, remainingMicros: 0, recorded: true });
    expect(full.kind === 'limited' && full.retryAfterMs).toBeLessThanOrEqual(1000);
    expect((await ledger.read(id, [limit]))[0]!.usedMicros).toBe(2e6);
    expect((await records(id)).at(-1)).toMatchObject({
      type: 'event',
      facts: { decision: 'limited', detail: { limit: { counter: 'tool:x', max: 2 } } },
    });
    await ledger.settle({ ...one, end: ended, refund: false });
    await ledger.settle({ ...one, end: ended, refund: false }); // told twice, freed once
    expect([(await ledger.admit(call())).kind, (await ledger.admit(call())).kind]).toEqual(['admitted', 'limited']);
    // A full charge takes no place.
    const spent = charge({ key: 'grant:g1:spent', max: 0 });
    expect(await ledger.admit({ ...request(id, [spent]), leases: [lease({ key: 'grant:g1:other', max: 1 })] })).toMatchObject({
      of: 'charge',
    });
    expect((await ledger.admit({ ...request(id, []), leases: [lease({ key: 'grant:g1:other', max: 1 })] })).kind).toBe('admitted');
    expect((await records(id))[0]).toMatchObject({ facts: { detail: { leases: [{ key: 'grant:g1:tool:x', ttlMs: 60_000 }] } } });
  });

  test('a lease whose call never ended is free when its time is over', async () => {
    const id = await organization();
    const ttlMs = 400;
    const call = () => ({ ...request(id, []), leases: [lease({ max: 1, ttlMs })] });
    const attempts = new Attempts(() => ledger.admit(call()), { max: 1, windowMs: ttlMs });
    await attempts.untilAdmitted(3, { pauseMs: 10 });
    attempts.expectRolling();
  });
});
