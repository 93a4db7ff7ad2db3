import { change, changed, type InForce, unchanged } from '../change.ts';
import type { Services } from '../context.ts';
import type { Result } from '../refusal.ts';
import { checkSource, type PublishRefusal } from './check-source.ts';
import { findPolicy, noPolicy, PolicyId, policyTarget } from './find.ts';
import { putInForce } from './put-in-force.ts';
import { failingTests } from './run-tests.ts';

/**
 * Ends a shadow period that is over: its document is enforced, as the person who scheduled it had it. Its tests ran then; one that was
 * added since and fails does not keep everything open, but is in the event. Null: there was nothing to do.
 */
export async function publishScheduled(
  s: Services,
  { organizationId, policyId }: { organizationId: string; policyId: string },
): Promise<Result<{ version: number | null } & InForce>> {
  const row = await s.db.forOrganization(organizationId, (tx) =>
    tx.policySchedule.findUnique({ where: { organizationId_policyId: { organizationId, policyId } } }),
  );
  // The person may have left since: it is the worker that acts, in their name.
  const actor = { kind: 'operator', organizationId, name: row?.createdBy ?? 'worker' } as const;
  return change<typeof PolicyId, { version: number | null }, PublishRefusal>(
    s,
    actor,
    { permission: 'policy.manage', schema: PolicyId, input: { policyId } },
    async (tx) => {
      const policy = await findPolicy(tx, organizationId, policyId);
      if (!policy) return noPolicy();
      const schedule = await tx.policySchedule.findUnique({ where: { organizationId_policyId: { organizationId, policyId } } });
      if (!schedule || schedule.at > s.now() || schedule.shadowVersion !== policy.currentVersion) return unchanged({ version: null });
      const { source, createdBy, createdById } = schedule;
      const checked = checkSource(source);
      if (!checked.ok) return checked;
      const failing = await failingTests(tx, { organizationId, policyId, source });
      const message = `${schedule.message}${schedule.message ? ' ' : ''}(enforced after its shadow period, version ${schedule.shadowVersion})`;
      const author = { authorId: createdById, authorName: createdBy };
      const { version } = await putInForce(tx, actor, policy, { source, message, author }, s.now());
      const scheduled = { by: createdBy, byId: createdById, on: schedule.createdAt };
      const after = { version, message, scheduled, ...(failing.length > 0 ? { failingTests: failing.map(({ name }) => name) } : {}) };
      const before = { version: policy.currentVersion };
      return changed({ version }, { action: 'policy.publish_scheduled', target: policyTarget(policy), before, after });
    },
  );
}
