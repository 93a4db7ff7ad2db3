/** `server/discover` at an address that joins servers. */

import { OWN_NAME } from '@toolgate/egress/upstream/own-headers';
import type { JsonObject } from '@toolgate/mcp/is-object';
import { META_SERVER, withPrivateCaching } from '@toolgate/mcp/results';
import { STATELESS_VERSIONS } from '@toolgate/mcp/versions';
import type { Gateway } from '../gateway.ts';
import { answerJson } from '../http/exchange.ts';
import { corsHeaders } from '../http/origin.ts';
import type { Forwarded } from '../stages/forward.ts';
import { ending } from '../upstream/ending.ts';
import { type Described, joinedCapabilities, joinedInstructions } from './describe-all.ts';
import { describedInTime, describePlace, type PlaceDescription } from './describe-place.ts';
import { callAt, type JoinedCall, type Place } from './joined-call.ts';

const TTL_MS = 60_000;

export async function discoverAll(gateway: Gateway, call: JoinedCall): Promise<Forwarded> {
  const described = await Promise.all(
    call.places.map(async (place): Promise<Described> => ({ place, ...(await describe(gateway, call, place)) })),
  );
  const result: JsonObject = {
    resultType: 'complete',
    supportedVersions: [...STATELESS_VERSIONS],
    capabilities: { ...joinedCapabilities(described), logging: {} },
    instructions: joinedInstructions(described),
    ttlMs: described.some(({ missing }) => missing) ? 0 : TTL_MS,
    _meta: { [META_SERVER]: OWN_NAME },
  };
  const id = call.message?.kind === 'request' ? call.message.id : null;
  const body = JSON.stringify({ jsonrpc: '2.0', id, result: withPrivateCaching('server/discover', result, TTL_MS) });
  answerJson(call.exchange, 200, body, corsHeaders(call.exchange.request));
  return { end: ending('ok'), sent: true };
}

function describe(gateway: Gateway, joined: JoinedCall, place: Place): Promise<PlaceDescription> {
  const call = callAt(joined, place);
  return describedInTime(gateway, call, (target) => describePlace(gateway, call, target, gateway.settings.listTimeoutMs));
}
