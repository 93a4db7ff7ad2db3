/** Stage 6: sends the call upstream and its answer back. A call is never sent twice. */
import { assertNever } from '@toolgate/policy/assert-never';
import { forwardInJoinedSession, isOneOfSeveral } from '../aggregate/forward-in-joined-session.ts';
import type { Gateway } from '../gateway.ts';
import { absorbed } from '../upstream/absorbed.ts';
import { forwardInPooledSession } from '../upstream/bridging/forward-in-pooled-session.ts';
import { forwardToStateless } from '../upstream/bridging/forward-to-stateless.ts';
import type { Ending } from '../upstream/ending.ts';
import { failCall } from '../upstream/fail-call.ts';
import { forwardAsItIs } from '../upstream/forward-as-it-is.ts';
import { openSession } from '../upstream/open-session.ts';
import { learnEra } from '../upstream/probe-era.ts';
import type { Target } from '../upstream/upstreams.ts';
import { type Way, wayOf } from '../upstream/way.ts';
import type { Admitted } from './call.ts';

export interface Forwarded {
  end: Ending;
  /** False: not one byte of it has left. */
  sent: boolean;
}

/** Resolves when the exchange with the upstream is over; the client has been answered by then. */
export async function forward(gateway: Gateway, call: Admitted): Promise<Forwarded> {
  if (call.treatment === 'absorbed') return absorbed(call);
  const target = await gateway.upstreams.target(call.organization.id, call.server);
  if (typeof target === 'string') return { end: failCall(call, target, undefined), sent: false };
  let way: Way = wayOf(call, target.state.era);
  if (way === null || call.era === 'stateless') {
    const known = learnEra(gateway, target);
    const learned = known instanceof Promise ? await known : known;
    if ('fault' in learned) return { end: failCall(call, learned.fault, learned.detail), sent: false };
    way = wayOf(call, learned);
  }
  return way === null
    ? { end: failCall(call, 'upstream_bad_answer', 'its era is not known'), sent: false }
    : go(gateway, call, target, way);
}

function go(gateway: Gateway, call: Admitted, target: Target, way: NonNullable<Way>): Promise<Forwarded> {
  if (call.treatment === 'opening') return openSession(gateway, call, target, way);
  switch (way) {
    case 'direct':
      return isOneOfSeveral(call) ? forwardInJoinedSession(gateway, call, target) : forwardAsItIs(gateway, call, target);
    case 'stateless':
      return forwardToStateless(gateway, call, target);
    case 'pooled':
      return forwardInPooledSession(gateway, call, target);
    default:
      return assertNever(way);
  }
}
