import { pauseGrant } from '@toolgate/services/grant/pause';
import { findGrantByLabel } from '@toolgate/services/grant/read';
import { resumeGrant } from '@toolgate/services/grant/resume';
import { revokeGrant } from '@toolgate/services/grant/revoke';
import { accepted, Failure } from './failure.ts';
import { operatorIn, type Session, untilInForce } from './session.ts';

const VERBS = { revoke: revokeGrant, pause: pauseGrant, resume: resumeGrant };
const STATES = { revoke: 'revoked', pause: 'paused', resume: 'active' } as const;

export type GrantVerb = keyof typeof VERBS;

/** Revokes, pauses or resumes the grant with this label. Resolves when that is in force. */
export async function changeGrant({ s }: Session, verb: GrantVerb, { org, label }: { org: string; label: string }): Promise<object> {
  const actor = await operatorIn(s, org);
  const grant = await findGrantByLabel(s, actor, label);
  if (!grant) throw new Failure(`There is no grant "${label}" in ${org}, or it was revoked.`);
  accepted(await VERBS[verb](s, actor, { grantId: grant.id }), `grant "${label}"`);
  await untilInForce(s, actor);
  return { organization: org, grant: label, state: STATES[verb] };
}
