/** One request to one server, as a grant, in whichever era the server speaks: for answers that are made of several servers' answers. */

import { type Answer, ask, collector } from '@toolgate/egress/upstream/ask';
import { ownEnvelope } from '@toolgate/egress/upstream/discover';
import { OWN_HEADERS } from '@toolgate/egress/upstream/own-headers';
import { isFailure } from '@toolgate/egress/upstream/own-session';
import type { UpstreamFault } from '@toolgate/egress/upstream/send';
import { isObject, type JsonObject } from '@toolgate/mcp/is-object';
import { mirroredHeadersOf, nameSourceOf } from '@toolgate/mcp/mirrored-headers';
import { STATELESS_VERSION } from '@toolgate/mcp/versions';
import type { ServerEntry } from '../directory/entries.ts';
import type { Gateway } from '../gateway.ts';
import { forgetSession, sessionFor } from './bridging/pooled-session.ts';
import { refusesSession } from './bridging/watch-session.ts';
import { learnEra } from './probe-era.ts';
import type { Target } from './upstreams.ts';

export interface ServerQuestion {
  organizationId: string;
  /** Whose session is used with a server that keeps sessions. */
  grantId: string;
  server: ServerEntry;
  method: string;
  params: JsonObject;
  /** Milliseconds for all of it. */
  totalMs: number;
}

/** `result` and `error` are the server's own; nothing is taken out of them yet. */
export type ServerAnswer =
  | { kind: 'result'; result: JsonObject; era: 'session' | 'stateless' }
  | { kind: 'error'; error: JsonObject }
  | { kind: 'fault'; fault: UpstreamFault; detail: string };

/** Never rejects. The gateway asks in its own name, with no capabilities; it is up to the caller that the policy was asked before. */
export async function askServer(gateway: Gateway, question: ServerQuestion): Promise<ServerAnswer> {
  const { totalMs } = question;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ServerAnswer>((resolve) => {
    const answer: ServerAnswer = { kind: 'fault', fault: 'upstream_timeout', detail: `no answer within ${totalMs} ms` };
    timer = setTimeout(() => resolve(answer), totalMs);
  });
  const asked = await Promise.race([askInEra(gateway, question, performance.now() + totalMs), late]);
  clearTimeout(timer);
  return asked;
}

async function askInEra(gateway: Gateway, question: ServerQuestion, deadline: number): Promise<ServerAnswer> {
  const target = await gateway.upstreams.target(question.organizationId, question.server);
  if (typeof target === 'string') return { kind: 'fault', fault: target, detail: target };
  const learned = await learnEra(gateway, target);
  if ('fault' in learned) return { kind: 'fault', ...learned };
  const left = Math.max(1, deadline - performance.now());
  return learned.stateless ? askStateless(gateway, target, question, left) : askInSession(gateway, target, question, left);
}

async function askStateless(gateway: Gateway, target: Target, { method, params }: ServerQuestion, totalMs: number): Promise<ServerAnswer> {
  const source = nameSourceOf(method);
  const name = source === null ? null : params[source];
  const id = 'toolgate-ask';
  const body = { jsonrpc: '2.0', id, method, params: { ...params, _meta: ownEnvelope() } };
  const answer = await ask({
    target,
    headers: { ...OWN_HEADERS, ...mirroredHeadersOf(STATELESS_VERSION, method, typeof name === 'string' ? name : null) },
    body: Buffer.from(JSON.stringify(body)),
    id,
    totalMs,
    maxBytes: gateway.settings.maxResponseBytes,
  });
  return readAnswer(answer, 'stateless');
}

async function askInSession(
  gateway: Gateway,
  target: Target,
  { grantId, method, params }: ServerQuestion,
  totalMs: number,
): Promise<ServerAnswer> {
  for (let attempt = 1; ; attempt++) {
    const session = await sessionFor(gateway, target, grantId);
    if (isFailure(session)) return { kind: 'fault', fault: session.fault, detail: session.detail };
    const id = session.nextId();
    const { sink, answer } = collector(id, gateway.settings.maxResponseBytes);
    const bytes = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    const answered = answer(await session.send({ id, bytes, totalMs }, sink));
    const isGone = answered.status === 404 || (answered.status === 400 && refusesSession(answered.response));
    if (!isGone || attempt > 1) return readAnswer(answered, 'session');
    await forgetSession(target, grantId, session);
  }
}

/** What an answer says, whatever HTTP said. */
export function readAnswer({ fault, detail, status, response }: Answer, era: 'session' | 'stateless'): ServerAnswer {
  if (isObject(response?.result)) return { kind: 'result', result: response.result, era };
  if (isObject(response?.error)) return { kind: 'error', error: response.error };
  if (fault) return { kind: 'fault', fault, detail: detail ?? 'no answer' };
  const isCredential = status === 401 || status === 403 || status === 407;
  return { kind: 'fault', fault: isCredential ? 'upstream_refused_credential' : 'upstream_bad_answer', detail: `HTTP ${status}` };
}
