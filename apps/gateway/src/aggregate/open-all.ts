/** `initialize` at an address that joins servers: at each of them at the same time. */
import { randomUUID } from 'node:crypto';
import { OWN_NAME } from '@toolgate/egress/upstream/own-headers';
import { SESSION_VERSIONS } from '@toolgate/mcp/versions';
import type { Gateway } from '../gateway.ts';
import { answerJson } from '../http/exchange.ts';
import { corsHeaders } from '../http/origin.ts';
import type { Forwarded } from '../stages/forward.ts';
import { ending } from '../upstream/ending.ts';
import { clientOf } from '../upstream/opened-session.ts';
import { joinedCapabilities, joinedInstructions } from './describe-all.ts';
import { callAt, type JoinedCall } from './joined-call.ts';
import { type OpenedServer, sealJoined } from './joined-session.ts';
import { endPlace, openPlace } from './open-place.ts';

export async function openAll(gateway: Gateway, asked: JoinedCall): Promise<Forwarded> {
  if (asked.message?.kind !== 'request') throw new Error('Only a request opens a session.');
  const { message } = asked;
  const protocolVersion = SESSION_VERSIONS.find((version) => version === message.params.protocolVersion) ?? SESSION_VERSIONS[0];
  const client = clientOf(asked);
  const id = randomUUID();
  // What has to be opened by the gateway itself belongs to this session from the beginning.
  const call = { ...asked, session: { upstream: null, protocolVersion, client, joined: { id, servers: {} } } };
  const openings = await Promise.all(call.places.map(async (place) => ({ place, ...(await openPlace(gateway, callAt(call, place))) })));
  const opened = new Map<string, OpenedServer>();
  for (const { place, opened: session } of openings) if (session) opened.set(place.server.id, session);
  const { token, left } = sealJoined(gateway, call, { id, protocolVersion, client }, opened);
  for (const { place, opened: session } of openings)
    if (session && left.includes(place.server.id)) void endPlace(gateway, callAt(call, place), session);
  const result = {
    protocolVersion,
    // What is missing from a list is told as a log entry.
    capabilities: { ...joinedCapabilities(openings), logging: {} },
    serverInfo: { ...OWN_NAME, title: `Toolgate: ${call.organization.slug}` },
    instructions: joinedInstructions(openings),
  };
  const body = JSON.stringify({ jsonrpc: '2.0', id: message.id, result });
  answerJson(call.exchange, 200, body, { ...corsHeaders(call.exchange.request), 'mcp-session-id': token });
  return { end: ending('ok'), sent: true };
}
