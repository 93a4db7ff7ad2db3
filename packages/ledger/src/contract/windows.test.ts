/** Windows: what is offered against their edges. The same suite on every kind of ledger. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Ledger } from '../ledger.ts';
import { Attempts } from '../testing/attempts.ts';
import { charge, count, KINDS, type LedgerFixture, openFixture, request, times } from '../testing/ledger-fixture.ts';

describe.each(KINDS)('the %s ledger', (kind) => {
  let fixture: LedgerFixture;
  let ledger: Ledger;
  beforeAll(async () => {
    fixture = await openFixture(kind);
    ({ ledger } = fixture);
  });
  afterAll(() => fixture.stop());
  const organization = () => fixture.organization();

  test('never more than max in any window of that length, over several windows of pressure', async () => {
    const id = await organization();
    const [max, windowMs] = [5, 1000];
    const attempts = new Attempts(() => ledger.admit(request(id, [charge({ max, windowMs })])), { max, windowMs });
    await attempts.untilAdmitted(3 * max, { pauseMs: 5 });
    attempts.expectRolling();
  });

  test('a large counter holds a charge up to a thousandth of its window too long, never too short', async () => {
    const id = await organization();
    const windowMs = 2000;
    const limit = charge({ key: 'grant:g1:coarse', max: 2000, amount: 2000, windowMs });
    const attempts = new Attempts(() => ledger.admit(request(id, [limit])), { max: 1, windowMs });
    await attempts.untilAdmitted(3, { pauseMs: 50 });
    attempts.expectNeverTooMany();
    const part = windowMs / 1000;
    for (const { full, left } of attempts.refused) {
      expect(full.retryAfterMs).toBeGreaterThanOrEqual(left.least - 2);
      expect(full.retryAfterMs).toBeLessThanOrEqual(left.most + part + 2);
    }
  });

  test('a burst at the end of a window leaves no room at the beginning of the next', async () => {
    const id = await organization();
    const [max, windowMs] = [20, 1000];
    const attempts = new Attempts(() => ledger.admit(request(id, [charge({ max, windowMs })])), { max, windowMs });
    await sleep((1940 - (Date.now() % 1000)) % 1000); // just before a whole second
    await attempts.burst(40);
    expect(attempts.admitted.length).toBeGreaterThanOrEqual(max);
    await sleep(120); // just after it
    await attempts.burst(40);
    attempts.expectNeverTooMany();
  });

  test('of what stays below the maximum nothing is refused', async () => {
    const id = await organization();
    const limit = charge({ max: 10, windowMs: 1000 });
    const kinds = new Set<string>();
    for (let round = 0; round < 3; round++) {
      for (const { kind } of await times(10, () => ledger.admit(request(id, [limit])))) kinds.add(kind);
      await sleep(1100);
    }
    expect([...kinds]).toEqual(['admitted']);
  });

  test.each([20_000, 60_000, 3_600_000, 86_400_000, 7 * 86_400_000, 30 * 86_400_000, 2_678_400_000])(
    'a window of %i ms counts',
    async (windowMs) => {
      const id = await organization();
      const refusal = { message: 'm', rule: '/r', counter: 'c', scope: 'grant', max: 3 };
      const limits = [
        { ...charge({ max: 3, windowMs }), refusal },
        charge({ key: 'server:s1:c', max: 3000, amount: 1000, windowMs }),
        charge({ key: 'organization::c', max: 30, windowMs }),
      ];
      const from = performance.now();
      const results = await times(6, () => ledger.admit(request(id, limits)));
      const took = performance.now() - from;
      expect([count(results, 'admitted'), count(results, 'limited')]).toEqual([3, 3]);
      const full = results.find((result) => result.kind === 'limited');
      if (full?.kind !== 'limited') throw new Error('none is full');
      expect(full.retryAfterMs).toBeLessThanOrEqual(windowMs + 1);
      expect(full.retryAfterMs).toBeGreaterThanOrEqual(Math.floor(windowMs - took));
      const recorded = (await fixture.records(id)).map(({ facts }) => facts?.detail.limit?.resetAt);
      expect(recorded).toContain(full.resetAt.toISOString());
    },
  );

  test("steps of the wall clock of a gateway change nothing: only the ledger's own clock counts", async () => {
    const id = await organization();
    const limit = charge({ max: 5, windowMs: 60_000 });
    const admitted = [];
    try {
      for (const step of [0, 3_600_000, -3_600_000, 86_400_000, -86_400_000]) {
        vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + step });
        for (let i = 0; i < 4; i++) admitted.push((await ledger.admit(request(id, [limit]))).kind);
      }
    } finally {
      vi.useRealTimers();
    }
    expect(admitted.filter((kind) => kind === 'admitted').length).toBe(5);
  });
});
