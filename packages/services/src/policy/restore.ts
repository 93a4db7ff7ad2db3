import type { z } from 'zod';
import { change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { refuse } from '../refusal.ts';
import { checkSource, type PublishRefusal } from './check-source.ts';
import type { PublishResult } from './create.ts';
import { findPolicy, findVersion, noPolicy, PolicyId, policyTarget, VersionNumber } from './find.ts';
import type { Published } from './publish.ts';
import { putInForce } from './put-in-force.ts';
import { passTests, TestOverride, withOverride } from './run-tests.ts';

const Restore = PolicyId.extend({
  /** The version to restore. */
  number: VersionNumber,
  expectedVersion: VersionNumber.optional(),
  overrideTests: TestOverride.optional(),
});

/** Publishes the document of an older version again, as a new version: history is added to, never rewritten. */
export function restorePolicy(s: Services, actor: Actor, input: z.input<typeof Restore>): Promise<PublishResult<Published>> {
  return change<typeof Restore, Published, PublishRefusal>(
    s,
    actor,
    { permission: 'policy.manage', schema: Restore, input },
    async (tx, { policyId, number, expectedVersion, overrideTests }) => {
      const { organizationId } = actor;
      const policy = await findPolicy(tx, organizationId, policyId);
      if (!policy) return noPolicy();
      const before = policy.currentVersion;
      const wanted = await findVersion(tx, organizationId, policyId, number);
      if (!wanted) return refuse('not_found', `This policy has no version ${number}.`);
      // What an older release accepted is read again: only what can be enforced today is put in force.
      const checked = checkSource(wanted.source);
      if (!checked.ok) return checked;
      const { conversions } = checked.value;
      const current = await findVersion(tx, organizationId, policyId, before);
      if (current?.source === wanted.source) return unchanged({ version: before, changed: false, conversions });
      if (expectedVersion !== undefined && expectedVersion !== before) {
        return refuse('conflict', `Version ${before} was published meanwhile. Look at it first.`);
      }
      const tested = await passTests(tx, actor, { policyId, source: wanted.source, override: overrideTests });
      if (!tested.ok) return tested;
      const message = withOverride(`Restores version ${number}`, tested.value);
      const { version, withdrawn } = await putInForce(tx, actor, policyId, { source: wanted.source, message }, s.now());
      const overridden = tested.value ? { overriddenTests: tested.value } : {};
      const after = { version, restores: number, ...(withdrawn === null ? {} : { withdraws: withdrawn }), ...overridden };
      return changed(
        { version, changed: true, conversions },
        { action: 'policy.restore', target: policyTarget(policy), before: { version: before }, after },
      );
    },
  );
}
