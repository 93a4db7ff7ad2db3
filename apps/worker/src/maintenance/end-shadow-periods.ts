/** Puts versions in force whose shadow period is over, as it was scheduled. */
import type { Services } from '@toolgate/services/context';
import { publishScheduled } from '@toolgate/services/policy/publish-scheduled';

/** Rejects at the end if one of them cannot be published, so that it is noted; the next round tries again. Gives how many were. */
export async function endShadowPeriods(s: Services): Promise<number> {
  const { rows } = await s.db.pool.query<{ organizationId: string; policyId: string }>(
    'SELECT "organizationId", "policyId" FROM "PolicySchedule" WHERE at <= $1 ORDER BY at LIMIT 1000',
    [s.now()],
  );
  const problems: string[] = [];
  let ended = 0;
  for (const due of rows) {
    const result = await publishScheduled(s, due);
    if (!result.ok) problems.push(`the shadow period of policy ${due.policyId} cannot be ended: ${result.refusal.message}`);
    else if (result.value.version !== null) ended += 1;
  }
  if (problems.length > 0) throw new Error(problems.join('; '));
  return ended;
}
