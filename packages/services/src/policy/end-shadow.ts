import type { z } from 'zod';
import { change, changed } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { checkSource, type PublishRefusal } from './check-source.ts';
import type { PublishResult } from './create.ts';
import { findPolicy, noPolicy, policyTarget } from './find.ts';
import { putShadowInForce } from './put-in-force.ts';
import { passTests, TestOverride } from './run-tests.ts';
import { expectShadow, findShadow, InShadow, noShadow } from './shadow-period.ts';

const End = InShadow.extend({ overrideTests: TestOverride.optional() });

/** Puts the version that is in its shadow period in force now, without waiting for the end of it. Its tests have to pass, as at a publish. */
export function endShadow(s: Services, actor: Actor, input: z.input<typeof End>): Promise<PublishResult<{ version: number }>> {
  return change<typeof End, { version: number }, PublishRefusal>(
    s,
    actor,
    { permission: 'policy.manage', schema: End, input },
    async (tx, { policyId, expectedShadow, overrideTests: override }) => {
      const policy = await findPolicy(tx, actor.organizationId, policyId);
      if (!policy) return noPolicy();
      const period = await findShadow(tx, actor.organizationId, policyId);
      if (!period) return noShadow();
      const other = await expectShadow(tx, actor, policyId, expectedShadow);
      if (other) return { ok: false, refusal: other };
      const { source, number: version } = period.version;
      const checked = checkSource(source);
      if (!checked.ok) return checked;
      const tested = await passTests(tx, actor, { policyId, source, override, passed: period.overriddenTests });
      if (!tested.ok) return tested;
      await putShadowInForce(tx, actor, policyId, version);
      const overridden = tested.value ? { overriddenTests: tested.value } : {};
      const after = { version, scheduled: { by: period.createdBy, byId: period.createdById, for: period.at }, ...overridden };
      const before = { version: policy.currentVersion };
      return changed({ version }, { action: 'policy.end_shadow', target: policyTarget(policy), before, after });
    },
  );
}
