/** A request to a server that has a session for this client: one of several, which may be lost without the others. */

import { send } from '@toolgate/egress/upstream/send';
import type { Gateway } from '../gateway.ts';
import type { Admitted } from '../stages/call.ts';
import type { Forwarded } from '../stages/forward.ts';
import { forwardInPooledSession } from '../upstream/bridging/forward-in-pooled-session.ts';
import { createRelay } from '../upstream/relay.ts';
import { requestHeaders } from '../upstream/request-headers.ts';
import type { Target } from '../upstream/upstreams.ts';

export function isOneOfSeveral({ joining, session, message }: Admitted): boolean {
  return joining !== undefined && session?.upstream != null && message?.kind === 'request';
}

/**
 * 404 says that the server has forgotten the session, and so has not looked at the request. At the server's own address the client would
 * be told to begin anew; here that would end its sessions with all the others, so the request goes in a session of the gateway's own.
 */
export async function forwardInJoinedSession(gateway: Gateway, call: Admitted, target: Target): Promise<Forwarded> {
  const relay = createRelay(gateway, call);
  let isForgotten = false;
  const { bytes } = call;
  const request = { target, method: 'POST' as const, headers: requestHeaders(call, target), body: bytes, idleMs: null };
  const end = await send(
    { ...request, totalMs: gateway.settings.callTimeoutMs },
    {
      head(status, headers, flow) {
        if (status !== 404) return relay.head(status, headers, flow);
        isForgotten = true;
        flow.stop(null);
      },
      data: relay.data,
    },
  );
  if (!isForgotten || !call.session) return { end: relay.finish(end), sent: end.sent };
  return forwardInPooledSession(gateway, { ...call, session: { ...call.session, upstream: null, bridged: true } }, target);
}
