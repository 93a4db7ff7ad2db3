/** One server's whole list, page by page. */
import { type FaultCode, publicText } from '@toolgate/mcp/errors';
import type { JsonObject } from '@toolgate/mcp/is-object';
import type { ListKind } from '@toolgate/mcp/joined-message';
import type { Gateway } from '../gateway.ts';
import type { Resolved } from '../stages/call.ts';
import { pauseText } from '../stages/paused.ts';
import { askPlace } from './ask-place.ts';
import { patienceWith } from './patience.ts';

/** Of a server whose list is not there, or not all of it. */
export interface Missing {
  server: string;
  /** Of the gateway's errors, or one of these: the server is paused, it answered an error, its pages have no end, names are too long. */
  code: FaultCode | 'paused' | 'upstream_error' | 'too_many_pages' | 'name_too_long';
  message: string;
  /** Of `name_too_long`. */
  names?: string[];
}

export interface PlaceList {
  items: unknown[];
  /** How long it may be kept, as the server says. */
  ttlMs: number;
  missing: Missing | null;
}

const MAX_PAGES = 100;
const MAX_ITEMS = 10_000;
const METHOD_NOT_FOUND = -32601;

/** Resolves within `totalMs`, with what has come by then. A server that is paused, or keeps failing, is not waited for. */
export async function listPlace(gateway: Gateway, call: Resolved, method: string, kind: ListKind, totalMs: number): Promise<PlaceList> {
  const paused = pauseText(call);
  const patience = patienceWith(gateway, call);
  const server = call.server.slug;
  if (paused !== null) return { ...NOTHING, missing: { server, code: 'paused', message: paused } };
  if (patience.wait() > 0)
    return { ...NOTHING, missing: { server, code: 'upstream_unavailable', message: publicText('upstream_unavailable') } };
  const list = await readPages(gateway, call, method, kind, totalMs);
  if (list.missing?.code === 'upstream_timeout') patience.failed();
  else patience.worked();
  return list;
}

const NOTHING: PlaceList = { items: [], ttlMs: 0, missing: null };

async function readPages(gateway: Gateway, call: Resolved, method: string, kind: ListKind, totalMs: number): Promise<PlaceList> {
  const { slug } = call.server;
  const list: PlaceList = { items: [], ttlMs: Number.POSITIVE_INFINITY, missing: null };
  const miss = (code: Missing['code'], message: string) => ({ ...list, missing: { server: slug, code, message } });
  const deadline = performance.now() + totalMs;
  const seen = new Set<unknown>();
  let params: JsonObject = {};
  for (let page = 1; page <= MAX_PAGES && list.items.length < MAX_ITEMS; page++) {
    const answer = await askPlace(gateway, call, method, params, Math.max(1, deadline - performance.now()));
    if (answer.kind === 'fault') return miss(answer.fault, publicText(answer.fault));
    // A server that has no such list, and one that was not asked for one before, say the same.
    if (answer.kind === 'error' && answer.error.code === METHOD_NOT_FOUND) return list;
    if (answer.kind === 'error') return miss('upstream_error', 'The MCP server answered with an error.');
    const { [kind]: items, nextCursor, ttlMs } = answer.result;
    if (Array.isArray(items)) list.items.push(...items.slice(0, MAX_ITEMS - list.items.length));
    list.ttlMs = Math.min(list.ttlMs, typeof ttlMs === 'number' && ttlMs > 0 ? ttlMs : 0);
    if (typeof nextCursor !== 'string') return list;
    if (seen.has(nextCursor)) return miss('too_many_pages', 'The pages of its list lead back to one that was read before.');
    seen.add(nextCursor);
    params = { cursor: nextCursor };
  }
  return miss('too_many_pages', 'Its list is longer than is read at this address; at the server’s own it is whole.');
}
