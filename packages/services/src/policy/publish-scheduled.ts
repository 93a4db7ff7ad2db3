import type { Transaction } from '@toolgate/db/database';
import { change, changed, type InForce, type Made, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import type { Result } from '../refusal.ts';
import { checkSource, type PublishRefusal } from './check-source.ts';
import { findPolicy, noPolicy, PolicyId, policyTarget } from './find.ts';
import { putShadowInForce } from './put-in-force.ts';
import { failingTests } from './run-tests.ts';
import { findShadow } from './shadow-period.ts';

type Ended = { version: number | null };

/**
 * Ends a shadow period that is over: its version takes force, as the person who scheduled it had it. Tests ran then; while one that was
 * added or changed since fails, it does not take force: the old version stays, and the log says once which tests they are. Null: there was
 * nothing to do, or it is blocked.
 */
export async function publishScheduled(
  s: Services,
  { organizationId, policyId }: { organizationId: string; policyId: string },
): Promise<Result<Ended & InForce>> {
  const row = await s.db.forOrganization(organizationId, (tx) => findShadow(tx, organizationId, policyId));
  // The person may have left since: it is the worker that acts, in their name.
  const actor = { kind: 'operator', organizationId, name: row?.createdBy ?? 'worker' } as const;
  return change<typeof PolicyId, Ended, PublishRefusal>(
    s,
    actor,
    { permission: 'policy.manage', schema: PolicyId, input: { policyId } },
    async (tx) => {
      const policy = await findPolicy(tx, organizationId, policyId);
      if (!policy) return noPolicy();
      const period = await findShadow(tx, organizationId, policyId);
      if (!period || period.at > s.now()) return unchanged({ version: null });
      const { source, message, number: version } = period.version;
      const checked = checkSource(source);
      if (!checked.ok) return checked;
      const failing = (await failingTests(tx, { organizationId, policyId, source })).map(({ name }) => name);
      const blocking = failing.filter((name) => !period.overriddenTests.includes(name));
      if (blocking.length > 0) return { ok: true, value: await block(tx, actor, policy, period, blocking) };
      await putShadowInForce(tx, actor, policyId, version);
      const { createdBy, createdById, createdAt } = period;
      const scheduled = { by: createdBy, byId: createdById, on: createdAt };
      const after = { version, message, scheduled, ...(failing.length > 0 ? { failingTests: failing } : {}) };
      const before = { version: policy.currentVersion };
      return changed<Ended>({ version }, { action: 'policy.publish_scheduled', target: policyTarget(policy), before, after });
    },
  );
}

/** Notes what keeps it from taking force; in the log only when that is something else than before. */
async function block(
  tx: Transaction,
  { organizationId }: Actor,
  policy: { id: string; slug: string; currentVersion: number },
  period: { shadowVersion: number; blockedBy: string[] },
  blockedBy: string[],
): Promise<Made<Ended>> {
  const value = { version: null };
  if (JSON.stringify(period.blockedBy) === JSON.stringify(blockedBy)) return { value, event: null };
  await tx.policySchedule.updateMany({ where: { organizationId, policyId: policy.id }, data: { blockedBy } });
  const { shadowVersion } = period;
  const after = { version: policy.currentVersion, shadowVersion, failingTests: blockedBy };
  return { value, event: { action: 'policy.shadow_blocked', target: policyTarget(policy), after } };
}
