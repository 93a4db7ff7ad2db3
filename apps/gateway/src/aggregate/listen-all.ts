/** `subscriptions/listen` at an address that joins servers (2026-07-28): one subscription at each of them, told as one. */

import { ownEnvelope } from '@toolgate/egress/upstream/discover';
import { OWN_HEADERS } from '@toolgate/egress/upstream/own-headers';
import type { UpstreamFault } from '@toolgate/egress/upstream/send';
import { isObject, type JsonObject } from '@toolgate/mcp/is-object';
import { joinUri, splitUri } from '@toolgate/mcp/joined-name';
import { mirroredHeadersOf } from '@toolgate/mcp/mirrored-headers';
import { META_SUBSCRIPTION, subscriptionEnd, withSubscriptionId } from '@toolgate/mcp/results';
import { allowedFilter, readSubscriptionFilter, type SubscriptionFilter } from '@toolgate/mcp/subscription-filter';
import { STATELESS_VERSION } from '@toolgate/mcp/versions';
import type { Gateway } from '../gateway.ts';
import { answerFault } from '../http/exchange.ts';
import { corsHeaders } from '../http/origin.ts';
import type { Admitted } from '../stages/call.ts';
import type { Forwarded } from '../stages/forward.ts';
import { allowsMethod, onwardToClient } from '../upstream/answer-filter.ts';
import { ending } from '../upstream/ending.ts';
import { learnEra } from '../upstream/probe-era.ts';
import type { Target } from '../upstream/upstreams.ts';
import { missed, pausedAt } from './describe-place.ts';
import { followStream } from './follow-stream.ts';
import { joinServerMessage } from './join-answer.ts';
import { admittedAt, type JoinedCall } from './joined-call.ts';
import { type JoinedStream, openJoinedStream } from './joined-stream.ts';
import { META_MISSING } from './list-all.ts';
import type { Missing } from './list-place.ts';
import { withinMs } from './within-ms.ts';

const FILTER_TEXT = 'params.notifications must say which notifications are wanted.';
const NOT_BRIDGED: Omit<Missing, 'server'> = {
  code: 'not_bridged',
  message: 'This server keeps sessions, in which changes are told: nothing of it can be told here.',
};

export async function listenAll(gateway: Gateway, call: JoinedCall): Promise<Forwarded> {
  const { message, exchange } = call;
  const asked = message?.kind === 'request' ? readSubscriptionFilter(message.params) : null;
  if (message?.kind !== 'request' || !asked) {
    answerFault(exchange, 'invalid_params', message?.kind === 'request' ? message.id : null, corsHeaders(exchange.request), FILTER_TEXT);
    return { end: ending('upstream_error', { code: 'invalid_params', message: FILTER_TEXT }), sent: false };
  }
  const { id } = message;
  const stream = await openJoinedStream(gateway, call, () => {
    const changed = asked.toolsListChanged ? withSubscriptionId({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' }, id) : null;
    return [changed, subscriptionEnd(id)].flatMap((said) => (said ? [`data: ${JSON.stringify(said)}\n\n`] : [])).join('');
  });
  // The acknowledgement comes first, and waits for those of the servers; what they tell meanwhile waits for it.
  const waiting: string[] = [];
  let isAcknowledged = false;
  const tell = (text: string) => void (isAcknowledged ? stream.write(text) : waiting.push(text));
  const { listTimeoutMs } = gateway.settings;
  const subscribed = call.places.map((place) => {
    const at = admittedAt(call, place);
    return withinMs(subscribe(gateway, at, filterAt(asked, at), id, stream, tell), listTimeoutMs, missed('upstream_timeout'));
  });
  const acknowledged = await Promise.all(subscribed);
  const acknowledgement = acknowledgementOf(call, asked, acknowledged, id);
  stream.write(`data: ${JSON.stringify(acknowledgement)}\n\n`);
  isAcknowledged = true;
  for (const text of waiting) stream.write(text);
  await stream.over;
  return { end: ending('ok'), sent: true };
}

/** What is asked of one server: what its policy allows, and the resources that are its own. */
function filterAt(asked: SubscriptionFilter, at: Admitted): SubscriptionFilter {
  const { resourceSubscriptions, ...kinds } = asked;
  const uris = (resourceSubscriptions ?? []).flatMap((joined) => {
    const split = splitUri(joined);
    return split?.server === at.server.slug ? [split.uri] : [];
  });
  return allowedFilter({ ...kinds, ...(uris.length > 0 ? { resourceSubscriptions: uris } : {}) }, allowsMethod(at)).filter;
}

type Subscribed = { filter: SubscriptionFilter; missing?: undefined } | { missing: Omit<Missing, 'server'> };

/** Resolves with what the server acknowledges. */
async function subscribe(
  gateway: Gateway,
  at: Admitted,
  filter: SubscriptionFilter,
  id: string | number,
  stream: JoinedStream,
  tell: (text: string) => void,
): Promise<Subscribed> {
  if (!Object.values(filter).some(Boolean)) return { filter: {} };
  const paused = pausedAt(at);
  if (paused) return paused;
  const target = await gateway.upstreams.target(at.organization.id, at.server);
  if (typeof target === 'string') return missed(target);
  const learned = await learnEra(gateway, target);
  if ('fault' in learned) return missed(learned.fault);
  if (!learned.stateless) return { missing: NOT_BRIDGED };
  return new Promise((resolve) => {
    const refused: UpstreamFault = 'upstream_bad_answer';
    stream.follow(
      followStream({
        maxLength: gateway.settings.maxResponseBytes,
        request: () => listenRequest(gateway, target, filter),
        onRefused: () => resolve(missed(refused)),
        onEvent({ data }) {
          const message: unknown = data ? JSON.parse(data) : null;
          if (!isObject(message) || message.method === undefined) return;
          if (message.method === ACKNOWLEDGED) return resolve({ filter: readSubscriptionFilter(asParams(message)) ?? {} });
          if (onwardToClient({ ...at, subscription: filter }, message) === 'passed') tell(told(at, message, id));
        },
      }),
    );
  });
}

const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';
const asParams = ({ params }: JsonObject): JsonObject => (isObject(params) ? params : {});

function told({ server }: Admitted, message: JsonObject, id: string | number): string {
  const text = joinServerMessage(server.slug, message, JSON.stringify(message));
  return text === null ? '' : `data: ${JSON.stringify(withSubscriptionId(JSON.parse(text) as JsonObject, id))}\n\n`;
}

function listenRequest({ settings }: Gateway, target: Target, notifications: SubscriptionFilter) {
  const method = 'subscriptions/listen';
  const body = { jsonrpc: '2.0', id: 'toolgate-listen', method, params: { _meta: ownEnvelope(), notifications } };
  const headers = { ...OWN_HEADERS, ...mirroredHeadersOf(STATELESS_VERSION, method, null), ...target.headers };
  return {
    target,
    method: 'POST' as const,
    headers,
    body: Buffer.from(JSON.stringify(body)),
    totalMs: null,
    idleMs: settings.streamIdleMs,
  };
}

/** What will be told. That tools come and go with what is paused or granted is known here, whatever the servers tell. */
function acknowledgementOf(call: JoinedCall, asked: SubscriptionFilter, subscribed: Subscribed[], id: string | number): JsonObject {
  const missing: Missing[] = [];
  const notifications: SubscriptionFilter = asked.toolsListChanged === undefined ? {} : { toolsListChanged: asked.toolsListChanged };
  const uris: string[] = [];
  for (const [i, { server }] of call.places.entries()) {
    const { slug } = server;
    const one = subscribed[i]!;
    if (one.missing) {
      missing.push({ server: slug, ...one.missing });
      continue;
    }
    for (const kind of ['promptsListChanged', 'resourcesListChanged'] as const) if (one.filter[kind]) notifications[kind] = true;
    uris.push(...(one.filter.resourceSubscriptions ?? []).flatMap((uri) => joinUri(slug, uri) ?? []));
  }
  if (uris.length > 0) notifications.resourceSubscriptions = uris;
  const _meta = { [META_SUBSCRIPTION]: id, ...(missing.length > 0 ? { [META_MISSING]: missing } : {}) };
  return { jsonrpc: '2.0', method: ACKNOWLEDGED, params: { _meta, notifications } };
}
