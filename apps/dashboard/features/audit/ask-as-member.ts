import 'server-only';
import type { Actor } from '@toolgate/services/context';
import { type ResolvedMember, resolveMember } from '@toolgate/services/organization/resolve-member';
import { services } from '@/server/services';
import { readSession } from '@/server/session';

/** Who asks a route that a script calls: answered by status, not by a page to sign in on. */
export async function askAsMember(
  org: string,
  answer: (actor: Actor, organization: ResolvedMember['organization']) => Promise<Response>,
): Promise<Response> {
  const session = await readSession();
  if (session.state !== 'active') return Response.json({ message: 'Sign in first.' }, { status: 401 });
  const member = await resolveMember(services(), { userId: session.user.id, slug: org });
  if (!member) return Response.json({ message: 'Not found.' }, { status: 404 });
  return answer(member.actor, member.organization);
}
