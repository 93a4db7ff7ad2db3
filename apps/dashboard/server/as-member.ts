import 'server-only';
import type { Actor, Services } from '@toolgate/services/context';
import type { Result } from '@toolgate/services/refusal';
import { refresh } from 'next/cache';
import { services } from './services';
import { requireMember } from './session';

/** The body of a server action that changes something: who asks, the verb, and the page shown anew when it is done. */
export async function asMember<T>(org: string, verb: (s: Services, actor: Actor) => Promise<Result<T>>): Promise<Result<T>> {
  const { actor } = await requireMember(org);
  const result = await verb(services(), actor);
  if (result.ok) refresh();
  return result;
}
