import type { z } from 'zod';
import { type ChangeResult, change, changed } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { findPolicy, noPolicy, policyTarget } from './find.ts';
import { withdrawShadow } from './put-in-force.ts';
import { expectShadow, findShadow, InShadow, noShadow } from './shadow-period.ts';

/** Withdraws the version that is in its shadow period: it stays in the history and never takes force by itself. */
export function discardShadow(s: Services, actor: Actor, input: z.input<typeof InShadow>): Promise<ChangeResult<{ version: number }>> {
  return change(s, actor, { permission: 'policy.manage', schema: InShadow, input }, async (tx, { policyId, expectedShadow }) => {
    const policy = await findPolicy(tx, actor.organizationId, policyId);
    if (!policy) return noPolicy();
    const period = await findShadow(tx, actor.organizationId, policyId);
    if (!period) return noShadow();
    const other = await expectShadow(tx, actor, policyId, expectedShadow);
    if (other) return { ok: false, refusal: other };
    await withdrawShadow(tx, actor, policyId, s.now());
    const before = { shadowVersion: period.shadowVersion, at: period.at, by: period.createdBy };
    const after = { shadowVersion: null, version: policy.currentVersion };
    const value = { version: period.shadowVersion };
    return changed(value, { action: 'policy.discard_shadow', target: policyTarget(policy), before, after });
  });
}
