import type { Transaction } from '@toolgate/db/database';
import { compileSource, PolicyTestCall, PolicyTestExpectation, type PolicyTestRun, runPolicyTest } from '@toolgate/policy/policy-test';
import { z } from 'zod';
import { stillMay } from '../change.ts';
import type { Actor } from '../context.ts';
import { may } from '../permission.ts';
import { refuse } from '../refusal.ts';
import type { PublishRefusal } from './check-source.ts';

/** A test of the policy that a document does not pass. */
export interface FailingTest {
  id: string;
  name: string;
  expected: PolicyTestExpectation;
  got: PolicyTestRun['got'];
}

/** Publishes although tests fail; only for who may `policy.override_tests`. */
export const TestOverride = z.strictObject({ reason: z.string().trim().min(1, 'Say why.').max(300, 'Use at most 300 characters.') });

/** The policy's tests that this document does not pass, in the order of their names. */
export async function failingTests(
  tx: Transaction,
  { organizationId, policyId, source }: { organizationId: string; policyId: string; source: string },
): Promise<FailingTest[]> {
  const rows = await tx.policyTest.findMany({ where: { organizationId, policyId }, orderBy: { name: 'asc' } });
  if (rows.length === 0) return [];
  const policy = compileSource(source);
  return rows.flatMap(({ id, name, ...row }) => {
    const test = { call: PolicyTestCall.parse(row.call), expected: PolicyTestExpectation.parse(row.expected) };
    const { passes, got } = runPolicyTest(policy, test);
    return passes ? [] : [{ id, name, expected: test.expected, got }];
  });
}

export type Overridden = { tests: string[]; reason: string } | null;

export interface Tested {
  policyId: string;
  source: string;
  override: z.output<typeof TestOverride> | undefined;
  /** Names of tests that were overridden when it was put in shadow. */
  passed?: readonly string[];
}

/** Whether a document may be put in force: its tests pass, or somebody who may overrides them, with a reason. */
export async function passTests(
  tx: Transaction,
  actor: Actor,
  { policyId, source, override, passed = [] }: Tested,
): Promise<{ ok: true; value: Overridden } | { ok: false; refusal: PublishRefusal }> {
  const all = await failingTests(tx, { organizationId: actor.organizationId, policyId, source });
  const failing = all.filter(({ name }) => !passed.includes(name));
  if (failing.length === 0) return { ok: true, value: null };
  const names = failing.map(({ name }) => name);
  const overrides = may(actor, 'policy.override_tests') && (await stillMay(tx, actor, 'policy.override_tests'));
  if (override && overrides) return { ok: true, value: { tests: names, reason: override.reason } };
  const said = `${failing.length === 1 ? 'A test of this policy fails' : `${failing.length} tests of this policy fail`}: ${names.join(', ')}.`;
  const who = override ? 'Only an owner or admin may publish anyway.' : 'Change the document or the tests.';
  return { ok: false, refusal: { ...refuse(override ? 'forbidden' : 'invalid', `${said} ${who}`).refusal, failingTests: failing } };
}

/** For the version's message: who reads the history sees that tests were overridden, and why. */
export function withOverride(message: string, overridden: Overridden): string {
  if (!overridden) return message;
  const { tests, reason } = overridden;
  return `${message}${message ? ' ' : ''}(published although ${tests.length === 1 ? 'a test fails' : `${tests.length} tests fail`}: ${reason})`;
}
