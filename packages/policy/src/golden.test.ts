import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PolicyCall, PolicyTool } from './call.ts';
import { type CompiledPolicy, compilePolicy, unreadablePolicy } from './compile.ts';
import { decide, decideMethod, lists } from './decide.ts';
import { DECISION_CODES, type Decision, type PolicyCharge, type PolicyLease } from './decision.ts';
import { OPERATORS } from './operator.ts';
import { readPolicy } from './read.ts';

/** Written down in testdata; what a call leaves out is that of a plain call. */
interface GoldenCase {
  name: string;
  /** Null: no policy is attached. */
  document: string | null;
  call: Partial<Omit<PolicyCall, 'tool'>> & {
    tool: string | (Partial<PolicyTool> & { name: string });
    state?: PolicyTool['state'];
    /** Arguments that another language's JSON would spoil. */
    argsText?: string;
    /** The argument `v` is a text of this length. */
    longText?: number;
  };
  /** Instead of a call. */
  method?: string;
  expect: Pick<Decision, 'effect' | 'code'> & {
    rule?: string | null;
    message?: string;
    listed?: boolean;
    /** `[scope, counter, windowMs, amountMicros, maxMicros, rule]` each, and likewise those of shadow rules. */
    charges?: unknown[];
    shadowCharges?: unknown[];
    /** `[scope, key, max, rule]` each. */
    leases?: unknown[];
    shadowLeases?: unknown[];
    /** What gives each charge back. */
    refundOn?: unknown[];
    shadow?: unknown;
    method?: 'allow' | 'deny';
  };
}

interface GoldenFile {
  guarantee: string;
  documents: Record<string, unknown>;
  cases: GoldenCase[];
}

const folder = new URL('../testdata/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const golden = files.map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as GoldenFile);

for (const { guarantee, documents, cases } of golden) {
  describe(guarantee, () => {
    it.each(cases)('$name', ({ document, call, method, expect: expected }) => {
      const policy = document === null ? null : compiled(documents[document], expected.code === 'policy_unreadable');
      if (method !== undefined) expect(decideMethod(policy, method)).toBe(expected.method);
      else expectDecision(policy, callOf(call), expected);
    });
  });
}

it('every code of the language is decided by some golden case', () => {
  const codes = new Set(golden.flatMap(({ cases }) => cases.map((each) => each.expect.code)));
  expect([...DECISION_CODES].filter((code) => !codes.has(code))).toEqual([]);
  expect(golden.flatMap(({ cases }) => cases).length).toBeGreaterThanOrEqual(120);
});

it('every operator is used by some golden case', () => {
  const texts = JSON.stringify(golden.map(({ documents }) => documents));
  expect(OPERATORS.filter((op) => !texts.includes(`"op":"${op}"`))).toEqual([]);
});

function callOf({ tool, state, argsText, longText, ...rest }: GoldenCase['call']): PolicyCall {
  const plain = { category: 'Write', risk: 'Medium', annotations: {}, state: state ?? ('active' as const) };
  const args = longText === undefined ? JSON.parse(argsText ?? '{}') : { v: 'a'.repeat(longText) };
  const who = { grant: { label: 'ci', tags: [] }, client: { name: null }, paused: null };
  return { ...who, args, ...rest, tool: { ...plain, ...(typeof tool === 'string' ? { name: tool } : tool) } };
}

function expectDecision(policy: CompiledPolicy | null, call: PolicyCall, expected: GoldenCase['expect']): void {
  const decision = decide(policy, call);
  const { shadow } = decision;
  const seen = {
    effect: decision.effect,
    code: decision.code,
    rule: decision.rule,
    message: decision.message,
    listed: lists(policy, call.tool, call.paused),
    charges: decision.charges.map(told),
    shadowCharges: (decision.shadowCharges ?? []).map(told),
    leases: decision.leases.map(toldLease),
    shadowLeases: (decision.shadowLeases ?? []).map(toldLease),
    refundOn: decision.charges.map(({ refundOn }) => refundOn),
    shadow: shadow ? [shadow.effect, shadow.code, shadow.rule] : null,
  };
  expect(seen).toMatchObject(expected);
  for (const key of ['charges', 'shadowCharges', 'leases', 'shadowLeases', 'refundOn'] as const)
    expect(seen[key], key).toEqual(expected[key] ?? seen[key]);
}

const told = (c: PolicyCharge) => [c.scope, c.counter, c.windowMs, c.amountMicros, c.maxMicros, c.rule];
const toldLease = ({ scope, key, max, rule }: PolicyLease) => [scope, key, max, rule];

function compiled(document: unknown, unreadable: boolean): CompiledPolicy {
  const read = readPolicy(typeof document === 'string' ? document : JSON.stringify(document));
  expect(read.ok, JSON.stringify(read)).toBe(!unreadable);
  return read.ok ? compilePolicy(read.document) : unreadablePolicy;
}
