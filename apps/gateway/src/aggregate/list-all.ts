/** The lists of all servers as one, under names that say whose each item is. */

import { OWN_NAME } from '@toolgate/egress/upstream/own-headers';
import { logReaches } from '@toolgate/mcp/era';
import { publicText } from '@toolgate/mcp/errors';
import type { JsonObject } from '@toolgate/mcp/is-object';
import { joinList, type ListKind } from '@toolgate/mcp/joined-message';
import { asSessionResult, META_SERVER, withPrivateCaching } from '@toolgate/mcp/results';
import type { Gateway } from '../gateway.ts';
import { answerFault, answerJson } from '../http/exchange.ts';
import { corsHeaders } from '../http/origin.ts';
import type { Forwarded } from '../stages/forward.ts';
import { isListed } from '../upstream/answer-filter.ts';
import { ending } from '../upstream/ending.ts';
import { callAt, type JoinedCall, type Place } from './joined-call.ts';
import { listPlace, type Missing } from './list-place.ts';

const KINDS = new Map<string, ListKind>([
  ['tools/list', 'tools'],
  ['prompts/list', 'prompts'],
  ['resources/list', 'resources'],
  ['resources/templates/list', 'resourceTemplates'],
]);
/** Under what the result says which servers are missing. */
export const META_MISSING = 'toolgate/missing';
const MAX_TTL_MS = 60_000;
const INVALID_CURSOR = 'This list has one page: there is no cursor.';

/** @param places those whose policy allows the list. All are asked at the same time; none is waited for beyond the deadline. */
export async function listAll(gateway: Gateway, call: JoinedCall, places: Place[], method: string): Promise<Forwarded> {
  const kind = KINDS.get(method);
  if (!kind || call.message?.kind !== 'request') throw new Error(`${method} is no list.`);
  if (call.message.params.cursor !== undefined) {
    answerFault(call.exchange, 'invalid_params', call.message.id, corsHeaders(call.exchange.request), INVALID_CURSOR);
    return { end: ending('upstream_error', { code: 'invalid_params', message: publicText('invalid_params') }), sent: false };
  }
  const lists = await Promise.all(places.map((place) => joinedList(gateway, call, place, method, kind)));
  const missing = lists.flatMap((list) => list.missing);
  const ttlMs = missing.length > 0 ? 0 : Math.min(MAX_TTL_MS, ...lists.map((list) => list.ttlMs));
  const result: JsonObject = {
    resultType: 'complete',
    [kind]: lists.flatMap(({ items }) => items),
    ttlMs,
    _meta: { [META_SERVER]: OWN_NAME, ...(missing.length > 0 ? { [META_MISSING]: missing } : {}) },
  };
  answerList(call, method, result, missing);
  const fault = missing.map(({ server, code }) => `${server}: ${code}`).join(', ');
  return { end: ending('ok', fault === '' ? {} : { fault: `Missing: ${fault}`.slice(0, 500) }), sent: true };
}

async function joinedList(gateway: Gateway, call: JoinedCall, place: Place, method: string, kind: ListKind) {
  const at = callAt(call, place);
  const { slug } = place.server;
  const { items, ttlMs, missing } = await listPlace(gateway, at, method, kind, gateway.settings.listTimeoutMs);
  const { items: joined, leftOut } = joinList(kind, slug, kind === 'tools' ? items.filter((tool) => isListed(at, tool)) : items);
  const tooLong: Missing[] = leftOut.length > 0 ? [{ server: slug, code: 'name_too_long', message: LEFT_OUT, names: leftOut }] : [];
  return { items: joined, ttlMs, missing: [...(missing ? [missing] : []), ...tooLong] };
}

const LEFT_OUT = 'With the server in front these names are too long; they are to be had at the server’s own address.';

function answerList(call: JoinedCall, method: string, result: JsonObject, missing: Missing[]): void {
  const { exchange, message, era } = call;
  const id = message?.kind === 'request' ? message.id : null;
  const said = era === 'stateless' ? withPrivateCaching(method, result, MAX_TTL_MS) : asSessionResult(result);
  const body = JSON.stringify({ jsonrpc: '2.0', id, result: said });
  const cors = corsHeaders(exchange.request);
  if (missing.length === 0 || !wantsLog(call)) {
    answerJson(exchange, 200, body, cors);
    return;
  }
  const data = missing.map(({ server, message }) => `${server} is missing from ${method}: ${message}`).join('\n');
  const params = { level: 'warning', logger: 'toolgate', data };
  const log = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params });
  exchange.response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform', ...cors });
  exchange.response.end(`data: ${log}\n\ndata: ${body}\n\n`);
}

/** A session has logging, since this address declares it; in 2026-07-28 each request asks for it. */
function wantsLog({ era, envelope, session, exchange }: JoinedCall): boolean {
  if (!String(exchange.request.headers.accept).includes('text/event-stream')) return false;
  if (era === 'session') return session !== null;
  return envelope !== null && envelope.logLevel !== null && logReaches('warning', envelope.logLevel);
}
