/** What a server is, asked in a way that leaves nothing behind but a session of the gateway's own. */

import { discover } from '@toolgate/egress/upstream/discover';
import { isFailure } from '@toolgate/egress/upstream/own-session';
import type { UpstreamFault } from '@toolgate/egress/upstream/send';
import { publicText } from '@toolgate/mcp/errors';
import { isObject } from '@toolgate/mcp/is-object';
import type { Gateway } from '../gateway.ts';
import type { Resolved } from '../stages/call.ts';
import { pauseText } from '../stages/paused.ts';
import { bridgedCapabilities } from '../upstream/bridging/bridged-capabilities.ts';
import { poolKey, sessionFor } from '../upstream/bridging/pooled-session.ts';
import { learnEra } from '../upstream/probe-era.ts';
import type { Target } from '../upstream/upstreams.ts';
import type { Described } from './describe-all.ts';
import type { Missing } from './list-place.ts';
import { patienceWith } from './patience.ts';
import { withinMs } from './within-ms.ts';

type Description = Extract<Described, { capabilities: unknown }>;
export type PlaceDescription = (Omit<Description, 'place'> & { missing?: undefined }) | { missing: Omit<Missing, 'server'> };

export const missed = (fault: UpstreamFault): { missing: Omit<Missing, 'server'> } => ({
  missing: { code: fault, message: publicText(fault) },
});

/** A paused server is not asked. */
export function pausedAt(call: Resolved): { missing: Omit<Missing, 'server'> } | null {
  const paused = pauseText(call);
  return paused === null ? null : { missing: { code: 'paused', message: paused } };
}

/** What comes of it within the deadline. A server that is paused, or keeps failing, is not waited for. */
export async function describedInTime<T extends PlaceDescription>(
  gateway: Gateway,
  call: Resolved,
  describe: (target: Target) => Promise<T>,
  onLate?: (late: T | PlaceDescription) => void,
): Promise<T | PlaceDescription> {
  const paused = pausedAt(call);
  if (paused) return paused;
  const patience = patienceWith(gateway, call);
  if (patience.wait() > 0) return missed('upstream_unavailable');
  const work = async (): Promise<T | PlaceDescription> => {
    const target = await gateway.upstreams.target(call.organization.id, call.server);
    return typeof target === 'string' ? missed(target) : describe(target);
  };
  const described = await withinMs(work(), gateway.settings.listTimeoutMs, missed('upstream_timeout'), onLate);
  if (described.missing?.code === 'upstream_timeout') patience.failed();
  else patience.worked();
  return described;
}

/** Stateless servers say it at any time; the others when a session is opened. */
export async function describePlace(gateway: Gateway, call: Resolved, target: Target, totalMs: number): Promise<PlaceDescription> {
  const learned = await learnEra(gateway, target);
  if ('fault' in learned) return missed(learned.fault);
  if (!learned.stateless) {
    const session = await sessionFor(gateway, target, poolKey(call));
    if (isFailure(session)) return missed(session.fault);
    const { capabilities, instructions } = session.initialized;
    return { capabilities: bridgedCapabilities(capabilities), instructions };
  }
  const { response, fault } = await discover(target, totalMs, gateway.settings.maxResponseBytes);
  const result = isObject(response?.result) ? response.result : null;
  if (!result) return missed(fault ?? 'upstream_bad_answer');
  const { capabilities, instructions } = result;
  const isBridged = call.era === 'session';
  return { capabilities: isBridged ? bridgedCapabilities(capabilities) : isObject(capabilities) ? capabilities : {}, instructions };
}
