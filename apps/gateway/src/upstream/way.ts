/** How a request reaches its server. */
import type { Admitted } from '../stages/call.ts';
import type { LearnedEra } from './server-state.ts';

/**
 * `direct`: as it came. `stateless`: of a session, to a server that has none. `pooled`: in a session of the gateway's own. Null: which
 * era the server speaks has to be learned first.
 */
export type Way = 'direct' | 'stateless' | 'pooled' | null;

export function wayOf({ era, session }: Admitted, learned: LearnedEra): Way {
  const { stateless, sessions } = learned;
  if (era === 'stateless') return stateless === null ? null : stateless ? 'direct' : 'pooled';
  if (session?.upstream || (!session?.bridged && sessions)) return 'direct';
  return stateless === null ? null : stateless ? 'stateless' : 'pooled';
}
