import { type Answer, ask } from '@toolgate/egress/upstream/ask';
import { discover } from '@toolgate/egress/upstream/discover';
import { isFailure } from '@toolgate/egress/upstream/own-session';
import { withoutClientCapabilities, withoutServerCapabilities } from '@toolgate/mcp/capabilities';
import { isObject } from '@toolgate/mcp/is-object';
import { META_SERVER } from '@toolgate/mcp/results';
import { SESSION_VERSIONS } from '@toolgate/mcp/versions';
import type { Gateway } from '../gateway.ts';
import { answerJson } from '../http/exchange.ts';
import { corsHeaders } from '../http/origin.ts';
import type { Admitted } from '../stages/call.ts';
import type { Forwarded } from '../stages/forward.ts';
import { allowsMethod, filterResponse } from './answer-filter.ts';
import { bridgedCapabilities } from './bridging/bridged-capabilities.ts';
import { sessionFor } from './bridging/pooled-session.ts';
import { ending, responseEnding } from './ending.ts';
import { failCall, requestId } from './fail-call.ts';
import { clientOf, sealedSession, sessionHeader } from './opened-session.ts';
import { doubtEra, learnEra } from './probe-era.ts';
import { requestHeaders } from './request-headers.ts';
import type { Target } from './upstreams.ts';
import type { Way } from './way.ts';

/**
 * `initialize`. A server that refuses it may speak another era, or the transport of 2024-11-05; then the session is the gateway's own,
 * and each of its requests is bridged.
 */
export async function openSession(gateway: Gateway, call: Admitted, target: Target, way: NonNullable<Way>): Promise<Forwarded> {
  if (way !== 'direct') return openBridged(gateway, call, target, null);
  const answer = await ask({
    target,
    headers: requestHeaders(call, target),
    body: initializeBody(call),
    id: requestId(call),
    totalMs: gateway.settings.callTimeoutMs,
    maxBytes: gateway.settings.maxResponseBytes,
  });
  const { status, fault } = answer;
  const isRefused = !fault && status !== null && [400, 404, 405, 406].includes(status);
  if (isRefused && target.state.era.stateless === false) doubtEra(target.state.era);
  return isRefused ? openBridged(gateway, call, target, answer) : passOn(gateway, call, answer);
}

/** Capabilities that the policy denies are not offered upstream, so this one request is written anew. */
function initializeBody(call: Admitted): Buffer {
  if (call.message?.kind !== 'request') throw new Error('Only a request opens a session.');
  const { id, method, params } = call.message;
  return Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method, params: withoutClientCapabilities(params, allowsMethod(call)) }));
}

function passOn(gateway: Gateway, call: Admitted, answer: Answer): Forwarded {
  const { status, headers, response, bytes, fault, detail, sent } = answer;
  const seen = status ?? undefined;
  const failed = (code: Parameters<typeof failCall>[1], text: string) => ({ end: failCall(call, code, text, seen), sent });
  if (fault && !response) return failed(fault, detail ?? 'no answer');
  if (status === 401 || status === 403 || status === 407) return failed('upstream_refused_credential', `HTTP ${status}`);
  if (!response || !bytes || status === null) return failed('upstream_bad_answer', `HTTP ${status}`);
  const cors = corsHeaders(call.exchange.request);
  const more = { responseBytes: bytes.length, upstreamStatus: status };
  if (status >= 400 || status !== 200) {
    if (!isObject(response.error)) return failed('upstream_bad_answer', `HTTP ${status}`);
    answerJson(call.exchange, status, bytes, cors);
    return { end: ending('upstream_error', { code: 'upstream_error', ...more }), sent };
  }
  const opened = sessionHeader(gateway, call, response, headers);
  if (opened === null) return failed('upstream_bad_answer', 'a session id that is not one');
  answerJson(call.exchange, 200, JSON.stringify(filterResponse(call, response)), { ...cors, ...opened });
  return { end: responseEnding(response, more), sent };
}

/** @param refusal what the server said to `initialize`; it is passed on when no other era works either. */
async function openBridged(gateway: Gateway, call: Admitted, target: Target, refusal: Answer | null): Promise<Forwarded> {
  const learned = await learnEra(gateway, target);
  if ('fault' in learned)
    return refusal ? passOn(gateway, call, refusal) : { end: failCall(call, learned.fault, learned.detail), sent: false };
  const described = learned.stateless ? await describeStateless(gateway, target) : await describeSession(gateway, call, target);
  if (!described) {
    return refusal ? passOn(gateway, call, refusal) : { end: failCall(call, 'upstream_bad_answer', 'it opens no session'), sent: true };
  }
  learned.sessions = false;
  return answerInitialize(gateway, call, described);
}

interface Described {
  capabilities?: unknown;
  instructions?: unknown;
  serverInfo?: unknown;
}

async function describeStateless({ settings }: Gateway, target: Target): Promise<Described | null> {
  const { response } = await discover(target, settings.callTimeoutMs, settings.maxResponseBytes);
  const result = isObject(response?.result) ? response.result : null;
  if (!result) return null;
  const { capabilities, instructions, _meta: meta } = result;
  return { capabilities, instructions, serverInfo: isObject(meta) ? meta[META_SERVER] : undefined };
}

async function describeSession(gateway: Gateway, call: Admitted, target: Target): Promise<Described | null> {
  const session = await sessionFor(gateway, target, call.grant.id);
  return isFailure(session) ? null : session.initialized;
}

function answerInitialize(gateway: Gateway, call: Admitted, { capabilities, instructions, serverInfo }: Described): Forwarded {
  const asked = call.message?.kind === 'request' ? call.message.params.protocolVersion : null;
  const protocolVersion = SESSION_VERSIONS.find((version) => version === asked) ?? SESSION_VERSIONS[0];
  const result = {
    protocolVersion,
    capabilities: bridgedCapabilities(capabilities),
    serverInfo: isObject(serverInfo) ? serverInfo : { name: call.server.slug, version: '' },
    ...(typeof instructions === 'string' ? { instructions } : {}),
  };
  const body = { jsonrpc: '2.0', id: requestId(call), result: withoutServerCapabilities(result, allowsMethod(call)) };
  const session = sealedSession(gateway.sessions, call, { upstream: null, protocolVersion, client: clientOf(call), bridged: true });
  answerJson(call.exchange, 200, JSON.stringify(body), { ...corsHeaders(call.exchange.request), ...session });
  return { end: ending('ok'), sent: true };
}
