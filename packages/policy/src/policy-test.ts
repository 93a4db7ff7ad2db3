/** A call that is kept with a policy, and what must become of it: run against every document before it is put in force. */
import { z } from 'zod';
import { type CompiledPolicy, compilePolicy, unreadablePolicy } from './compile.ts';
import { decide } from './decide.ts';
import { DECISION_CODES, type Decision } from './decision.ts';
import { readPolicy } from './read.ts';
import { chargeUsed } from './used-counters.ts';

const Name = z.string().max(1000);

/** Everything that a decision depends on, counters included. */
export const PolicyTestCall = z.strictObject({
  tool: z.strictObject({
    name: Name,
    category: Name,
    risk: Name,
    annotations: z.record(z.string(), z.unknown()),
    state: z.enum(['active', 'quarantined', 'removed', 'unknown']),
  }),
  /** JSON, as a caller sends it. */
  args: z.string().max(65_536, 'The arguments of a test have at most 64 KiB.').refine(isJson, 'The arguments are no JSON.'),
  grant: z.strictObject({ label: Name, tags: z.array(Name).max(64) }),
  client: z.strictObject({ name: Name.nullable() }),
  paused: z.enum(['organization', 'server', 'grant']).nullable(),
  approved: z.boolean().default(false),
  /** What other calls have taken before. */
  used: z
    .array(z.strictObject({ key: Name, units: z.number().nonnegative(), freeInMs: z.number().nonnegative().optional() }))
    .max(128)
    .default([]),
});
export type PolicyTestCall = z.infer<typeof PolicyTestCall>;

export const PolicyTestExpectation = z.strictObject({
  effect: z.enum(['allow', 'deny', 'limit', 'pending']),
  code: z.enum(DECISION_CODES),
  /** RFC 6901 pointer; null: no line decides; absent: whichever does. */
  rule: Name.nullable().optional(),
});
export type PolicyTestExpectation = z.infer<typeof PolicyTestExpectation>;

export interface PolicyTestRun {
  passes: boolean;
  got: Pick<Decision, 'effect' | 'code' | 'rule' | 'message'>;
}

/** @param source the text of a document; one that cannot be read denies every call */
export function compileSource(source: string): CompiledPolicy {
  const read = readPolicy(source);
  return read.ok ? compilePolicy(read.document) : unreadablePolicy;
}

export function runPolicyTest(
  policy: CompiledPolicy,
  { call, expected }: { call: PolicyTestCall; expected: PolicyTestExpectation },
): PolicyTestRun {
  const { args, used, ...facts } = call;
  const decided = decide(policy, { ...facts, args: JSON.parse(args) });
  const { effect, code, rule, message } = decided.effect === 'allow' ? chargeUsed(decided, used, 0) : decided;
  const passes = effect === expected.effect && code === expected.code && (expected.rule === undefined || expected.rule === rule);
  return { passes, got: { effect, code, rule, message } };
}

/** What a run that fails says: `limited by /tools/a/limits/0 instead of allowed`. */
export function describeRun({ effect, rule }: Pick<Decision, 'effect' | 'code'> & { rule?: string | null | undefined }): string {
  const words = { allow: 'allowed', deny: 'denied', limit: 'limited', pending: 'waits for approval' };
  return rule ? `${words[effect]} by ${rule}` : words[effect];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
