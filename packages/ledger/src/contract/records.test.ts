/** What is recorded, and under which epoch. The same suite on every kind of ledger. */
import { randomUUID } from 'node:crypto';
import { type AuditFacts, AuditRecord } from '@toolgate/audit/event';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ledger } from '../ledger.ts';
import { charge, factsOf, KINDS, type LedgerFixture, lease, openFixture, request } from '../testing/ledger-fixture.ts';

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
  const raiseEpoch = (id: string, epoch: number) => fixture.raiseEpoch(id, epoch);
  const records = (id: string) => fixture.records(id);

  test('an epoch that is not the current one is stale, charges nothing and records nothing', async () => {
    const id = await organization();
    await raiseEpoch(id, 2);
    const limit = charge({ max: 1 });
    expect(await ledger.admit(request(id, [limit], 1))).toEqual({ kind: 'stale', epoch: 2 });
    expect(await ledger.record(factsOf(id), 1)).toEqual({ kind: 'stale', epoch: 2 });
    expect(await ledger.checkEpoch(id, 1)).toEqual({ kind: 'stale', epoch: 2 });
    expect(await records(id)).toEqual([]);
    expect((await ledger.admit(request(id, [limit], 2))).kind).toBe('admitted');
    expect(await ledger.admit(request(id, [limit], 1))).toEqual({ kind: 'stale', epoch: 2 }); // also when the counter is full
    expect(await ledger.checkEpoch(id, 2)).toEqual({ kind: 'current' });
    await ledger.publishEpoch(id, 1);
    expect(await ledger.checkEpoch(id, 2)).toEqual({ kind: 'current' });
  });

  test('an organization that the ledger does not know is stale without an epoch', async () => {
    const id = randomUUID();
    expect(await ledger.admit(request(id, []))).toEqual({ kind: 'stale', epoch: null });
    expect(await ledger.checkEpoch(id, 1)).toEqual({ kind: 'stale', epoch: null });
  });

  test('a refusal is recorded with or without an epoch, and the intent carries what was charged', async () => {
    const id = await organization();
    const [one, two] = [factsOf(id), factsOf(id)];
    expect((await ledger.record(one, 1)).kind).toBe('recorded');
    expect((await ledger.record(two, null)).kind).toBe('recorded');
    const admitted = request(id, [charge()]);
    await ledger.admit(admitted);
    const charges = [{ key: 'grant:g1:rate', amountMicros: 1e6, windowMs: 60_000 }];
    expect(await records(id)).toMatchObject([
      { type: 'event', facts: one },
      { type: 'event', facts: two },
      { type: 'intent', callId: admitted.callId, gatewayId: 'gw', facts: { detail: { charges } } },
    ]);
  });

  test('text that PostgreSQL cannot hold is recorded with replacement characters', async () => {
    const id = await organization();
    expect((await ledger.record({ ...factsOf(id), tool: 'a\0b\ud800c' }, 1)).kind).toBe('recorded');
    expect((await records(id))[0]).toMatchObject({ facts: { tool: 'a\ufffdb\ufffdc' } });
  });

  test('a full counter records its refusal in the same step, with what the call would have recorded and the numbers of the limit', async () => {
    const id = await organization();
    const refusal = {
      message: 'x is limited to 1 call per minute per grant.',
      rule: '/tools/x/limits/0',
      counter: 'x_rate',
      scope: 'grant',
      max: 1,
    };
    const limit = { ...charge({ max: 1 }), refusal };
    const trace = [
      { step: 'limits', result: 'charge' },
      { step: 'decision', result: 'allow' },
    ];
    const call = (detail: AuditFacts['detail']) => ({ ...request(id, [limit]), facts: { ...factsOf(id), code: 'allowed', detail } });
    await ledger.admit(call({}));
    const known = { argumentKeys: ['é', '"'], ip: '::1' };
    const [full, bare, untraced] = [
      await ledger.admit(call({ ...known, trace })),
      await ledger.admit(call({})),
      await ledger.admit(call({ ...known, trace: [] })),
    ];
    if (full.kind !== 'limited') throw new Error(full.kind);
    expect([full.recorded, bare, untraced]).toMatchObject([true, { recorded: true }, { recorded: true }]);
    const [, one, two, three] = await records(id);
    const { counter, scope, max, message, rule } = refusal;
    const numbers = { counter, scope, max, remaining: 0, retryAfterMs: full.retryAfterMs, resetAt: full.resetAt.toISOString() };
    const step = { step: 'limits', result: 'full', rule, note: counter };
    expect(AuditRecord.parse(one)).toMatchObject({
      type: 'event',
      facts: { decision: 'limited', code: 'limit_reached', message, rule, tool: 'image_to_image', detail: { ...known, limit: numbers } },
    });
    expect([one, two, three].map((record) => record?.facts?.detail.trace)).toEqual([[trace[0], step], undefined, [step]]);
    for (const record of [two, three]) expect(AuditRecord.parse(record)).toMatchObject({ facts: { detail: { limit: { counter } } } });
  });

  test('an intent holds exactly the facts, besides what the call took', async () => {
    const id = await organization();
    const details: AuditFacts['detail'][] = [
      {},
      { ip: '::1' },
      { trace: [] },
      { trace: [{ step: 'decision', result: 'allow' }] },
      {
        trace: [
          { step: 'tool', result: 'pass' },
          { step: 'decision', result: 'allow' },
        ],
        argumentKeys: ['a'],
      },
      { trace: [{ step: 'tool', result: 'pass' }], ip: '::1' },
    ];
    const took = [[], [charge({ max: 100 })]];
    const given = details.flatMap((detail) => took.map((charges) => ({ ...request(id, charges), facts: { ...factsOf(id), detail } })));
    for (const call of given) {
      await ledger.admit(call);
      await ledger.admit({ ...call, callId: randomUUID(), shadow: [charge({ max: 1000 })] });
    }
    const kept = (await records(id)).map((record) => AuditRecord.parse(record));
    const expected = given.flatMap(({ facts, charges }) => {
      const recorded = charges.map(({ key, amountMicros, windowMs }) => ({ key, amountMicros, windowMs }));
      return [0, 1].map(() => ({ ...facts, detail: { ...facts.detail, ...(recorded.length > 0 ? { charges: recorded } : {}) } }));
    });
    expect(kept.map((record) => record.type === 'intent' && withoutEmptyCharges(record.facts))).toEqual(expected);
  });

  test('shadow limits are counted apart, refuse nobody, and say which would have been full', async () => {
    const id = await organization();
    const rule = '/tools/x/limits/0';
    const refusal = { message: 'm', rule, counter: 'c', scope: 'grant', max: 2 };
    const enforced = charge({ max: 5 });
    const shadow = [{ ...charge({ max: 2 }), refusal }];
    const results = [];
    for (let i = 0; i < 6; i++) results.push(await ledger.admit({ ...request(id, [enforced]), shadow }));
    expect(results.map((result) => (result.kind === 'admitted' ? result.shadowFull : result.kind))).toEqual([
      null,
      null,
      0,
      0,
      0,
      'limited',
    ]);
    const shadows = (await records(id)).map((record) => record.facts?.detail.shadow);
    const would = { effect: 'limit', code: 'limit_reached', rule };
    expect(shadows).toEqual([undefined, undefined, would, would, would]);
    const inFlight = { ...request(id, []), shadow: [charge({ key: 'grant:g1:wide' })], shadowLeases: [lease({ max: 1, refusal })] };
    expect(await ledger.admit(inFlight)).toMatchObject({ shadowFull: null });
    expect(await ledger.admit({ ...inFlight, callId: randomUUID() })).toMatchObject({ shadowFull: 1 });
    await ledger.settle({ ...inFlight, end: ended, refund: false });
    expect(await ledger.admit({ ...inFlight, callId: randomUUID() })).toMatchObject({ shadowFull: null });
  });
});

/** A shadow needs the member `charges` before it, which is then empty. */
function withoutEmptyCharges(facts: AuditFacts): AuditFacts {
  const { charges, ...detail } = facts.detail;
  return charges?.length === 0 ? { ...facts, detail } : facts;
}
