import { compilePolicy } from '@toolgate/policy/compile';
import { countedLimits } from '@toolgate/policy/counted-limits';
import { decide } from '@toolgate/policy/decide';
import { chargeUsed } from '@toolgate/policy/used-counters';
import type { LimitUse } from '@toolgate/services/limit/read-use';
import { expect, test } from 'vitest';
import { limitId } from '@/components/limits/used-words';
import { builderTool, documentOf } from './builder-testing.ts';
import { countersNow, usedNow } from './counters-now.ts';

const rate = { counter: 'draws', window: 'minute', max: 3 };
const document = documentOf({
  version: '1',
  default: 'deny',
  all_tools: { limits: [{ counter: 'all', window: 'day', max: 100, scope: 'organization' }] },
  tools: { draw: { limits: [rate, { concurrency: 2, scope: 'server' }] } },
});

/** Of two grants on two servers: the first of each has used what is told. */
function inForce(used: { draws: number; running: number }): ReadonlyMap<string, LimitUse> {
  const owner = (id: string, units: number, nextFreeInMs: number | null) => ({ id, name: id, usedMicros: units * 1e6, nextFreeInMs });
  return new Map(
    countedLimits(document).map((limit) => {
      const owners =
        limit.scope === 'organization'
          ? [owner('', 7, 1_000)]
          : limit.scope === 'server'
            ? [owner('s1', used.running, null), owner('s2', 0, null)]
            : [owner('g1', used.draws, 20_000), owner('g2', 0, null)];
      return [limitId(limit), { ...limit, owners }];
    }),
  );
}

/** What the engine makes of a call of `draw` with these counters. */
function decided(draft: typeof document, limits: ReadonlyMap<string, LimitUse>, grantId: string | null, serverId: string | null) {
  const call = {
    tool: builderTool('draw'),
    args: {},
    grant: { label: 'a', tags: [] },
    client: { name: null },
    paused: null,
  };
  return chargeUsed(decide(compilePolicy(draft), call), usedNow(countersNow(draft, limits, { grantId, serverId })), 0);
}

test('a call is limited by the counters of its own grant and server, with the wait that they have', () => {
  const limits = inForce({ draws: 3, running: 1 });
  expect(decided(document, limits, 'g1', 's1')).toMatchObject({ effect: 'limit', rule: '/tools/draw/limits/0' });
  expect(decided(document, limits, 'g1', 's1').message).toContain('20 s');
  expect(decided(document, limits, 'g2', 's1').effect).toBe('allow');
  const busy = inForce({ draws: 0, running: 2 });
  expect(decided(document, busy, 'g1', 's1')).toMatchObject({ effect: 'limit', rule: '/tools/draw/limits/1' });
  expect(decided(document, busy, 'g1', 's2').effect).toBe('allow');
});

test('of a grant that is made up nothing is counted but what all grants share', () => {
  const counters = countersNow(document, inForce({ draws: 3, running: 2 }), { grantId: null, serverId: null });
  expect([...counters.keys()]).toEqual(['organization:all']);
});

test('another window in the draft is another counter, of which nothing is counted yet; another maximum is not', () => {
  const limits = inForce({ draws: 3, running: 0 });
  const drafted = (change: object) => documentOf({ version: '1', default: 'deny', tools: { draw: { limits: [{ ...rate, ...change }] } } });
  expect(decided(drafted({ window: 'hour' }), limits, 'g1', 's1').effect).toBe('allow');
  expect(decided(drafted({ max: 4 }), limits, 'g1', 's1').effect).toBe('allow');
  expect(decided(drafted({ max: 2 }), limits, 'g1', 's1').effect).toBe('limit');
});
