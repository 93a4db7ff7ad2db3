import { publishPolicy } from '@toolgate/services/policy/publish';
import { readPolicy } from '@toolgate/services/policy/read';
import { accepted, Failure } from './failure.ts';
import { operatorIn, type Session, untilInForce } from './session.ts';

/** Publishes a document as the policy's new version, exactly as it is written. Resolves when it is in force. */
export async function publish({ s }: Session, { org, policy }: { org: string; policy: string }, source: string): Promise<object> {
  const actor = await operatorIn(s, org);
  const existing = await readPolicy(s, actor, policy);
  if (!existing) throw new Failure(`There is no policy "${policy}" in ${org}.`);
  const { version, changed } = accepted(await publishPolicy(s, actor, { policyId: existing.id, source }), `policy "${policy}"`);
  await untilInForce(s, actor);
  return { organization: org, policy, version, changed };
}
