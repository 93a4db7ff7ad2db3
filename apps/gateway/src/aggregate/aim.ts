/** In place of resolve where an address joins several servers: is the request for one of them, or for all? */
import type { FaultCode } from '@toolgate/mcp/errors';
import { encodeHeaderValue } from '@toolgate/mcp/header-value';
import { isObject } from '@toolgate/mcp/is-object';
import { type Target, targetOf } from '@toolgate/mcp/joined-message';
import type { Message, RequestMessage } from '@toolgate/mcp/message';
import { treatmentOfRequest } from '@toolgate/mcp/methods';
import { NAME_HEADER } from '@toolgate/mcp/mirrored-headers';
import { SESSION_VERSIONS } from '@toolgate/mcp/versions';
import type { Decision } from '@toolgate/policy/decision';
import type { Gateway } from '../gateway.ts';
import { type Authenticated, onward, type Resolved, refused, rejected, type Staged } from '../stages/call.ts';
import { callAt, type JoinedCall, type Place, placesOf } from './joined-call.ts';
import { splitId } from './joined-id.ts';
import { readJoined } from './joined-session.ts';
import { readPosition } from './position.ts';
import { replaceMember } from './replace-member.ts';

/** `call`: from here on it is a request to that server like any other, under the server's own names. */
export type Aimed = Staged<Resolved> | { ok: true; all: JoinedCall };

export async function aim(gateway: Gateway, authenticated: Authenticated): Promise<Aimed> {
  const session = readJoined(gateway, authenticated);
  if (session === 'unknown') return rejected('session_unknown');
  const call: JoinedCall = { ...authenticated, session, places: await placesOf(gateway, authenticated) };
  const { message, verb, contradiction, era } = call;
  if (contradiction) return { ok: true, all: call };
  if (era === 'session' && !speaksVersion(call)) return rejected('invalid_request', VERSION_TEXT);
  if (message === null) return verb === 'GET' ? aimResumption(call) : { ok: true, all: call };
  switch (message.kind) {
    case 'request':
      return aimRequest(call, message);
    case 'response':
      return aimAnswer(call, message.id, 'root', 'id') ?? rejected(NO_QUESTION, NO_QUESTION_TEXT);
    case 'notification': {
      const isProgress = message.method === 'notifications/progress';
      return (isProgress && aimAnswer(call, message.params.progressToken, 'params', 'progressToken')) || { ok: true, all: call };
    }
  }
}

const NO_QUESTION: FaultCode = 'invalid_request';
const NO_QUESTION_TEXT = 'This answers no request that a server has made at this address.';
const VERSION_TEXT = `The header MCP-Protocol-Version names none of ${SESSION_VERSIONS.join(', ')}.`;

/** Each server may have agreed on another version: what the client's header says is the gateway's to check. */
function speaksVersion({ exchange, message }: JoinedCall): boolean {
  const version = exchange.request.headers['mcp-protocol-version'];
  const isOpening = message?.kind === 'request' && message.method === 'initialize';
  return version === undefined || isOpening || (SESSION_VERSIONS as readonly unknown[]).includes(version);
}

function aimRequest(call: JoinedCall, message: RequestMessage): Aimed {
  const { method, params } = message;
  const target = treatmentOfRequest(method, call.era) === 'refused' ? null : targetOf(method, params);
  if (target === null) return { ok: true, all: call };
  const place = target === 'unknown' ? undefined : placeOf(call, target.server);
  return place && target !== 'unknown' ? onward(renamed(callAt(call, place), message, target)) : refused(nothing(message));
}

function placeOf({ places }: JoinedCall, slug: string): Place | undefined {
  return places.find(({ server }) => server.slug === slug);
}

/** In the original bytes nothing but the name changes; the header that repeats it changes with it. */
function renamed(call: Resolved, message: RequestMessage, { place, key, name }: Target): Resolved {
  const params = place === 'params' ? { ...message.params, [key]: name } : { ...message.params, ref: { ...refOf(message), [key]: name } };
  const { mirrored } = call;
  return {
    ...withMember(call, place, key, name),
    message: { ...message, params, tool: message.tool === null ? null : name },
    mirrored: mirrored?.has(NAME_HEADER) ? new Map(mirrored).set(NAME_HEADER, encodeHeaderValue(name)) : mirrored,
  };
}

const refOf = ({ params }: RequestMessage) => (isObject(params.ref) ? params.ref : {});

function withMember<T extends Resolved>(call: T, place: Target['place'] | 'root', key: string, value: unknown): T {
  if (!call.source) throw new Error('A message has a text.');
  const source = replaceMember(call.source, { place, key, value });
  return { ...call, bytes: Buffer.from(source.text), source };
}

/** What answers a server: to the server whose id it names. */
function aimAnswer(call: JoinedCall, joined: unknown, place: 'root' | 'params', key: string): Staged<Resolved> | null {
  const split = splitId(joined);
  const to = split && placeOf(call, split.server);
  if (!split || !to || !call.message) return null;
  const { message } = call;
  const own: Message =
    message.kind === 'notification' ? { ...message, params: { ...message.params, [key]: split.id } } : { ...message, id: split.id };
  return onward({ ...withMember(callAt(call, to), place, key, split.id), message: own });
}

/** The answer to a request is one server's stream, and is taken up with that server. */
function aimResumption(call: JoinedCall): Aimed {
  const position = readPosition(call.exchange.request.headers['last-event-id']);
  if (position?.stream !== 'one') return { ok: true, all: call };
  const [[slug, event] = ['', '']] = position.events;
  const place = placeOf(call, slug);
  return place ? onward(callAt(call, place, event)) : { ok: true, all: call };
}

/** A name that no server of the grant can have. It is no less recorded than one that a server does not have. */
function nothing({ method, tool, params }: RequestMessage): { kind: 'denial'; decision: Decision } {
  const name = String(tool ?? params.name ?? params.uri ?? 'this').slice(0, 200);
  const isTool = method === 'tools/call';
  const message = isTool
    ? `${name} is not a tool of this address; call a tool that tools/list offers.`
    : `Nothing that this address offers is called ${name}.`;
  const code = isTool ? 'tool_quarantined' : 'denied';
  return { kind: 'denial', decision: { effect: 'deny', code, message, rule: null, trace: [NO_SERVER], charges: [], leases: [] } };
}

const NO_SERVER = { step: 'server', result: 'deny', note: 'The name is that of no server of this grant.' };
