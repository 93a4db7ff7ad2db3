import type { Transaction } from '@toolgate/db/database';
import type { Conversion } from '@toolgate/policy/problem';
import { z } from 'zod';
import { change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { refuse } from '../refusal.ts';
import { checkSource, Message, type PublishRefusal } from './check-source.ts';
import type { PublishResult } from './create.ts';
import { findPolicy, findVersion, noPolicy, PolicyId, policyTarget, VersionNumber } from './find.ts';
import { addNextVersion, putInForce, withdrawShadow } from './put-in-force.ts';
import { passTests, TestOverride, withOverride } from './run-tests.ts';
import { beginShadow, expectShadow, shadowProblem } from './shadow-period.ts';

const Publish = PolicyId.extend({
  source: z.string(),
  /** The version that the edit began from: what somebody else published meanwhile is not overwritten unseen. */
  expectedVersion: VersionNumber.optional(),
  message: Message,
  /** Until then the version in force stays, and this one is decided by beside it and recorded; then it takes force, by itself. */
  shadowUntil: z.iso.datetime().optional(),
  /** The version in shadow when the edit began, which this withdraws: another one is not withdrawn unseen. */
  expectedShadow: VersionNumber.nullable().optional(),
  overrideTests: TestOverride.optional(),
});

export interface Published {
  version: number;
  /** False: the document is the one in force already, and no version was made. */
  changed: boolean;
  conversions: Conversion[];
}

/**
 * Makes a new, immutable version and puts it in force, or in its shadow period. Refused with `conflict` when `expectedVersion` is not the
 * one in force, and with the failing tests when the policy's own tests do not pass.
 */
export function publishPolicy(s: Services, actor: Actor, input: z.input<typeof Publish>): Promise<PublishResult<Published>> {
  return change<typeof Publish, Published, PublishRefusal>(
    s,
    actor,
    { permission: 'policy.manage', schema: Publish, input },
    async (tx, given) => {
      const { policyId, source, expectedVersion, expectedShadow, overrideTests } = given;
      const { organizationId } = actor;
      const policy = await findPolicy(tx, organizationId, policyId);
      if (!policy) return noPolicy();
      const checked = checkSource(source);
      if (!checked.ok) return checked;
      const { conversions, document } = checked.value;
      const before = policy.currentVersion;
      const current = await findVersion(tx, organizationId, policyId, before);
      if (current?.source === source) return unchanged({ version: before, changed: false, conversions });
      if (expectedVersion !== undefined && expectedVersion !== before) {
        return refuse('conflict', `Version ${before} was published meanwhile. Compare it with yours, then publish again.`);
      }
      const other = await expectShadow(tx, actor, policyId, expectedShadow);
      if (other) return { ok: false, refusal: other };
      const until = given.shadowUntil === undefined ? null : new Date(given.shadowUntil);
      const problem = until && shadowProblem(until, s.now(), document.mode);
      if (problem) return { ok: false, refusal: problem };
      const tested = await passTests(tx, actor, { policyId, source, override: overrideTests });
      if (!tested.ok) return tested;
      const version = { source, message: withOverride(given.message, tested.value) };
      const overridden = tested.value ? { overriddenTests: tested.value } : {};
      const made = until
        ? await putInShadow(tx, actor, policyId, { version, at: until, overriddenTests: tested.value?.tests ?? [] }, s.now())
        : await putInForce(tx, actor, policyId, version, s.now());
      const ends = made.withdrawn === null ? {} : { withdraws: made.withdrawn };
      const after = { version: made.version, message: given.message, ...(until ? { shadowUntil: until } : {}), ...ends, ...overridden };
      return changed(
        { version: made.version, changed: true, conversions },
        { action: until ? 'policy.shadow' : 'policy.publish', target: policyTarget(policy), before: { version: before }, after },
      );
    },
  );
}

/** The version in force stays; one that was in shadow before is withdrawn. */
async function putInShadow(
  tx: Transaction,
  actor: Actor,
  policyId: string,
  { version, ...period }: { version: { source: string; message: string }; at: Date; overriddenTests: string[] },
  now: Date,
): Promise<{ version: number; withdrawn: number | null }> {
  const withdrawn = await withdrawShadow(tx, actor, policyId, now);
  const number = await addNextVersion(tx, actor, policyId, version, now);
  await beginShadow(tx, actor, { policyId, shadowVersion: number, ...period }, now);
  return { version: number, withdrawn };
}
