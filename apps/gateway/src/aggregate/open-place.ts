/** `initialize` at one of the joined servers, in the client's name. */

import { type Answer, ask } from '@toolgate/egress/upstream/ask';
import { OWN_HEADERS } from '@toolgate/egress/upstream/own-headers';
import { send } from '@toolgate/egress/upstream/send';
import { SESSION_ID } from '@toolgate/egress/upstream/session-id';
import { withoutClientCapabilities } from '@toolgate/mcp/capabilities';
import { isObject, type JsonObject } from '@toolgate/mcp/is-object';
import type { Gateway } from '../gateway.ts';
import type { Resolved } from '../stages/call.ts';
import { allowsMethod } from '../upstream/answer-filter.ts';
import type { Target } from '../upstream/upstreams.ts';
import { sessionHeaders } from './ask-place.ts';
import { describedInTime, describePlace, missed, type PlaceDescription } from './describe-place.ts';
import type { OpenedServer } from './joined-session.ts';

/** `opened` where the server has a session with this client now; to the others each request is bridged. */
export type PlaceOpening = PlaceDescription & { opened?: OpenedServer };

/** Resolves within the deadline. A session that is opened later than that is ended again: nobody knows of it. */
export function openPlace(gateway: Gateway, call: Resolved): Promise<PlaceOpening> {
  return describedInTime<PlaceOpening>(
    gateway,
    call,
    (target) => open(gateway, call, target),
    (late) => {
      if ('opened' in late && late.opened) void endPlace(gateway, call, late.opened);
    },
  );
}

async function open(gateway: Gateway, call: Resolved, target: Target): Promise<PlaceOpening> {
  const { listTimeoutMs, maxResponseBytes } = gateway.settings;
  const { era } = target.state;
  if (!era.sessions) return describePlace(gateway, call, target, listTimeoutMs);
  const message = initializeOf(call);
  const body = Buffer.from(JSON.stringify(message));
  // It may take longer than anybody waits for it, but then it is still to be ended.
  const totalMs = 2 * listTimeoutMs;
  const answer = await ask({ target, headers: OWN_HEADERS, body, id: message.id, totalMs, maxBytes: maxResponseBytes });
  if (answer.fault && !answer.response) return missed(answer.fault);
  if (!REFUSALS.has(answer.status ?? 0)) return readOpening(answer);
  const described = await describePlace(gateway, call, target, listTimeoutMs);
  if (!described.missing) era.sessions = false;
  return described;
}

/** How servers of another era, or of the transport of 2024-11-05, refuse it. */
const REFUSALS = new Set([400, 404, 405, 406]);

function initializeOf(call: Resolved) {
  if (call.message?.kind !== 'request') throw new Error('Only a request opens a session.');
  const params = withoutClientCapabilities(call.message.params, allowsMethod(call));
  return { jsonrpc: '2.0', id: 'toolgate-initialize', method: 'initialize', params } satisfies JsonObject;
}

function readOpening({ status, headers, response }: Answer): PlaceOpening {
  if (status === 401 || status === 403 || status === 407) return missed('upstream_refused_credential');
  const result = isObject(response?.result) ? response.result : null;
  const upstream = headers['mcp-session-id'] ?? null;
  if (status !== 200 || typeof result?.protocolVersion !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(result.protocolVersion))
    return missed('upstream_bad_answer');
  if (upstream !== null && (typeof upstream !== 'string' || !SESSION_ID.test(upstream))) return missed('upstream_bad_answer');
  const { capabilities, instructions, protocolVersion } = result;
  return { capabilities: isObject(capabilities) ? capabilities : {}, instructions, opened: { upstream, version: protocolVersion } };
}

const END_MS = 10_000;

/** Tells a server that a session is over. Never rejects. */
export async function endPlace(gateway: Gateway, { organization, server }: Resolved, { upstream, version }: OpenedServer): Promise<void> {
  if (upstream === null) return;
  const target = await gateway.upstreams.target(organization.id, server);
  if (typeof target === 'string') return;
  await send(deletion(target, { upstream, version }), { head: (_, __, flow) => flow.stop(null), data: () => {} });
}

function deletion(target: Target, { upstream, version }: OpenedServer) {
  const headers = { ...OWN_HEADERS, ...sessionHeaders({ upstream, protocolVersion: version, client: null }), ...target.headers };
  return { target, method: 'DELETE' as const, headers, body: null, totalMs: END_MS, idleMs: null };
}
