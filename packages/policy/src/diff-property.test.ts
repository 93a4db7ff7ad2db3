import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyWritten, call, limited, METHODS, source, type Written } from '../testdata/arbitrary.ts';
import { type Moment, passing } from '../testdata/small-ledger.ts';
import type { PolicyCall } from './call.ts';
import { type CompiledPolicy, compilePolicy } from './compile.ts';
import { decide, decideMethod } from './decide.ts';
import { diffPolicies } from './diff.ts';
import { readPolicy } from './read.ts';

function read(text: string) {
  const result = readPolicy(text);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.document;
}

const PARTS: (keyof Written)[] = ['default', 'mode', 'hide', 'all_tools', 'tools', 'methods'];
const moment = (calls: readonly PolicyCall[]) =>
  fc.record({
    call: fc.constantFrom(...calls),
    grant: fc.constantFrom(1, 1, 2),
    server: fc.constantFrom(1, 1, 2),
    at: fc.constantFrom(0, 0, 0, 30_000, 70_000, 3_700_000),
    until: fc.constantFrom(0, 1e9),
    fails: fc.constantFrom(false, false, true),
    dark: fc.constantFrom(false, false, false, false, true),
  });
const inOrder = (history: Moment[]) => history.sort((a, b) => a.at - b.at);
/** Whether the second lets a history, or the beginning of one, through that the first does not. */
const gains = (from: CompiledPolicy, to: CompiledPolicy, histories: Moment[][]) =>
  histories.some((history) => passing(to, history) > passing(from, history));

/** Documents of which the second is the first with some parts changed, as most that are published are. */
const changed = fc.tuple(anyWritten, anyWritten, fc.subarray(PARTS)).map(([first, other, taken]) => {
  const second = { ...first, ...Object.fromEntries(taken.map((key) => [key, (other as Written)[key]])) };
  return [first, second] as [Written, Written];
});
/** Two tools that share a counter, or no longer do. */
const counter = fc.constantFrom('c', 'd').map((name) => ({ limits: [{ counter: name, window: 'minute', max: 1 }] }));
const sharing = fc.tuple(counter, counter).map(
  ([a, ab]) =>
    ({
      default: 'deny',
      tools: [
        ['a', a],
        ['ab', ab],
      ],
    }) as Written,
);
const pairs = fc.oneof(
  { weight: 4, arbitrary: changed },
  { weight: 1, arbitrary: fc.tuple(limited, limited) as fc.Arbitrary<[Written, Written]> },
  { weight: 1, arbitrary: fc.tuple(sharing, sharing) },
);

const value = { counter: 'value', window: 'hour', max: 2, incrementFrom: 'args.a' };
const inTheDark = (onUnavailable: string): Written => ({
  default: 'deny',
  tools: [['a', { limits: [{ counter: 'c', window: 'minute', max: 3, on_unavailable: onUnavailable }] }]],
});
/** Of which chance makes one in thousands, and where what is said is hard to show. */
const RARE: [Written, Written][] = [
  // Of an amount of at most 1 a day, 2 an hour are never reached: their removal lets nothing through.
  [
    { default: 'deny', tools: [['ab', { limits: [value], rate_limit: '1/day' }]] },
    { default: 'deny', tools: [['ab', { require: [{ path: 'args.a', op: 'lte', value: 1 }], rate_limit: '1/day' }]] },
  ],
  // Only while the ledger cannot be reached.
  [inTheDark('deny'), inTheDark('allow')],
];

it('the diff says "widens" exactly when some call is newly allowed: by conditions, limits, calls in flight or methods, in both directions', () => {
  const seen = { certain: 0, hedged: 0, byLimits: 0 };
  fc.assert(
    fc.property(pairs, fc.array(call, { minLength: 12, maxLength: 12 }), fc.nat(), ([first, second], random, seed) => {
      const [before, after] = [read(source(first)), read(source(second))];
      const [old, now] = [compilePolicy(before), compilePolicy(after)];
      const diff = diffPolicies(before, after);
      const examples = diff.tools.flatMap(({ example }) => example ?? []);
      const common = diff.tools.flatMap((change) => change.common ?? []);
      const both = [...random, ...examples, ...common].filter(
        (made) => decide(old, made).effect === 'allow' && decide(now, made).effect === 'allow',
      );
      const histories = [...random, ...examples].map((made): Moment[] => [
        { call: made, grant: 1, server: 1, at: 0, until: 0, fails: false, dark: false },
      ]);
      if (both.length > 0)
        histories.push(...fc.sample(fc.array(moment(both), { minLength: 1, maxLength: 7 }), { numRuns: 40, seed }).map(inOrder));
      const methods = (a: CompiledPolicy, b: CompiledPolicy) =>
        METHODS.some((method) => decideMethod(a, method) === 'deny' && decideMethod(b, method) === 'allow');
      // Whatever is newly allowed is said.
      if (gains(old, now, histories) || methods(old, now)) expect(diff.widens || diff.mayWiden).toBe(true);
      if (gains(now, old, histories) || methods(now, old)) expect(diff.narrows || diff.mayNarrow).toBe(true);
      if (methods(old, now)) expect(diff.widens).toBe(true);
      if (diff.mayWiden) seen.hedged += 1;
      if (!diff.widens) return;
      // What is said for certain can be shown.
      seen.certain += 1;
      for (const { tool, widens, example } of diff.tools) {
        if (widens !== 'yes') continue;
        if (example) expect([decide(old, example).effect === 'allow', decide(now, example).effect], tool).toEqual([false, 'allow']);
      }
      if (examples.length > 0 || methods(old, now) || diff.methods.some(({ after: is }) => is === 'allow')) return;
      seen.byLimits += 1;
      expect(gains(old, now, histories) || witness(old, now, both)).toBe(true);
    }),
    { numRuns: 600, examples: RARE.map((pair): [[Written, Written], PolicyCall[], number] => [pair, [], 0]) },
  );
  expect(seen.byLimits).toBeGreaterThan(0);
  // Hedging is for what cannot be known, not for what was not looked at.
  expect(seen.hedged).toBeLessThan(seen.certain / 4);
}, 300_000);

/** A history that the second lets through and the first does not, among those in which one or two calls are made again and again. */
function witness(old: CompiledPolicy, now: CompiledPolicy, calls: PolicyCall[]): boolean {
  const both = (made: PolicyCall) => decide(old, made).effect === 'allow' && decide(now, made).effect === 'allow';
  const possible = calls
    .flatMap((made) => [made, ...[0, 0.25, 0.5].map((a) => ({ ...made, args: { ...(made.args as object), a } }))])
    .filter(both);
  const distinct = [...new Map(possible.map((made) => [JSON.stringify([made.tool.name, made.args]), made])).values()];
  for (const first of distinct)
    for (const second of distinct)
      for (let kind = 0; kind < 192; kind++) if (gains(old, now, [repeated([first, second], kind)])) return true;
  return false;
}

/** Up to the first that the second policy refuses, a history is worth looking at: so every beginning of it counts. */
function repeated([first, second]: [PolicyCall, PolicyCall], kind: number): Moment[] {
  const step = [0, 30_000, 70_000, 3_700_000, 90_000_000, 0][kind % 6]!;
  const [fails, stays, grants, servers, dark] = [6, 12, 24, 48, 96].map((bit) => Math.floor(kind / bit) % 2 === 1);
  return Array.from({ length: 8 }, (_, index) => ({
    call: kind % 6 === 5 && index > 2 ? second : index % 2 ? second : first,
    grant: grants ? index : 1,
    server: servers ? index : 1,
    at: index * step,
    until: stays ? 1e12 : 0,
    fails: fails!,
    dark: dark!,
  }));
}
