/** The evaluator beside a second one that shares no line with it (testdata/naive.ts). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyWritten, call, METHODS, source, type Written } from '../testdata/arbitrary.ts';
import { naive, taken, type Verdict } from '../testdata/naive.ts';
import { ruleFor } from '../testdata/naive-conditions.ts';
import { compilePolicy } from './compile.ts';
import { decide, decideMethod } from './decide.ts';
import type { Decision, PolicyCharge, PolicyLease } from './decision.ts';
import { readPolicy } from './read.ts';

const chargeText = (c: PolicyCharge) =>
  `${c.scope} ${c.counter} ${c.amountMicros} of ${c.maxMicros} ${c.rule} ${c.refundOn} ${c.onUnavailable}`;
const leaseText = ({ scope, max, rule }: PolicyLease) => `${scope} ${rule.split('/')[1]} ${max} ${rule}`;
/** Leases of one rule in several scopes come in the order in which the rule has them, which does not matter. */
const takenBy = ({ charges, leases: inFlight, shadowCharges = [], shadowLeases = [] }: Decision) => ({
  charges: charges.map(chargeText),
  leases: inFlight.map(leaseText).sort(),
  shadowCharges: shadowCharges.map(chargeText),
  shadowLeases: shadowLeases.map(leaseText).sort(),
});

const told = (verdict: { effect: string; code: string; rule: string | null } | undefined, expected: Verdict | null): string =>
  verdict ? String([verdict.effect, verdict.code, expected?.[2] === 'a value' ? 'a value' : verdict.rule]) : 'null';

const KINDS = ['charges', 'leases', 'shadowCharges', 'shadowLeases'] as const;

describe('against an independent evaluator', () => {
  it('there is no difference over 200 000 random pairs of document and call', () => {
    let pairs = 0;
    let methods = 0;
    const seed = Math.floor(Math.random() * 2 ** 31);
    const codes = new Map<string, number>();
    const compared = new Map<string, number>();
    fc.assert(
      fc.property(anyWritten, fc.array(call, { minLength: 20, maxLength: 20 }), (document, calls) => {
        const written = document as Written;
        const read = readPolicy(source(written));
        if (!read.ok) throw new Error(JSON.stringify(read.errors));
        const policy = compilePolicy(read.document);
        for (const method of METHODS) {
          methods += 1;
          const listed =
            ruleFor(Object.entries(written.methods ?? {}) as unknown as Parameters<typeof ruleFor>[0], method)?.[1] ?? written.default;
          expect(decideMethod(policy, method)).toBe(written.mode === 'shadow' ? 'allow' : listed);
        }
        for (const made of calls) {
          pairs += 1;
          const decision = decide(policy, made);
          const { verdict, shadow } = naive(written, made);
          codes.set(decision.code, (codes.get(decision.code) ?? 0) + 1);
          const actual = [told(decision, verdict), told(decision.shadow, shadow), takenBy(decision)];
          const all = taken(written, made);
          const expected = [String(verdict), String(shadow), { ...all, leases: all.leases.sort(), shadowLeases: all.shadowLeases.sort() }];
          if (JSON.stringify(actual) !== JSON.stringify(expected)) expect(actual).toEqual(expected);
          for (const kind of KINDS) if (all[kind].length > 0) compared.set(kind, (compared.get(kind) ?? 0) + 1);
          if (all.charges.some((text) => text.includes('tool_error'))) compared.set('refund_on', (compared.get('refund_on') ?? 0) + 1);
        }
      }),
      { numRuns: 10_000, seed },
    );
    const counts = [...codes, ...compared].map(([what, count]) => `${what} ${count}`).join(', ');
    console.log(`${pairs} pairs and ${methods} methods, seed ${seed}, no difference: ${counts}`);
    expect(pairs).toBeGreaterThanOrEqual(200_000);
    // A run that compared nothing but denials would say little.
    for (const code of ['allowed', 'requirement_not_met', 'deny_if_matched', 'approval_required', 'limit_reached'])
      expect(codes.get(code), code).toBeGreaterThan(200);
    for (const kind of [...KINDS, 'refund_on']) expect(compared.get(kind), kind).toBeGreaterThan(200);
  }, 300_000);
});
