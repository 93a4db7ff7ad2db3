/** Results of the stateless era: what kind they are, and how long and by whom they may be kept (2026-07-28, "ResultType", "Caching"). */
import { isObject, type JsonObject } from './is-object.ts';

/** `unknown`: a kind of an extension that the gateway takes out of what is declared (tasks), or none at all: invalid. */
export type ResultType = 'complete' | 'input_required' | 'unknown';

/** An absent type means complete, as older servers answer. Only three methods may ask for input. */
export function resultTypeOf(method: string, result: JsonObject): ResultType {
  const { resultType = 'complete' } = result;
  if (resultType === 'complete') return 'complete';
  return resultType === 'input_required' && MAY_ASK.has(method) ? 'input_required' : 'unknown';
}

const MAY_ASK = new Set(['tools/call', 'prompts/get', 'resources/read']);
const CACHEABLE = new Set([
  'server/discover',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
]);

/** Whether complete results of this method carry caching hints. */
export function isCacheable(method: string): boolean {
  return CACHEABLE.has(method);
}

/**
 * A result with the hints that a gateway with one view per grant may give: always private, and fresh for no longer than `maxTtlMs`,
 * whatever the upstream says. A malformed or missing time counts as 0. Results that are not cacheable lose their hints.
 */
export function withPrivateCaching(method: string, result: JsonObject, maxTtlMs: number): JsonObject {
  const { ttlMs, cacheScope, ...rest } = result;
  if (!isCacheable(method) || resultTypeOf(method, result) !== 'complete') return rest;
  const ttl = typeof ttlMs === 'number' && Number.isSafeInteger(ttlMs) && ttlMs > 0 ? Math.min(ttlMs, maxTtlMs) : 0;
  return { ...rest, ttlMs: ttl, cacheScope: 'private' };
}

/** A session-based server's result as a stateless client needs it. */
export function asStatelessResult(method: string, result: JsonObject): JsonObject {
  return withPrivateCaching(method, { resultType: 'complete', ...result }, 0);
}

/** A stateless server's complete result as a session-based client knows it. */
export function asSessionResult(result: JsonObject): JsonObject {
  const { resultType, ttlMs, cacheScope, ...rest } = result;
  return rest;
}

export const META_SERVER = 'io.modelcontextprotocol/serverInfo';
export const META_SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';

/** A message with another subscription id: that of the `subscriptions/listen` as its caller numbered it. Its `_meta` is in params or result. */
export function withSubscriptionId(message: JsonObject, id: string | number): JsonObject {
  const place = message.method === undefined ? 'result' : 'params';
  const holder = isObject(message[place]) ? message[place] : {};
  const meta = isObject(holder._meta) ? holder._meta : {};
  return { ...message, [place]: { ...holder, _meta: { ...meta, [META_SUBSCRIPTION]: id } } };
}

/** How a subscription ends well: the answer to its `subscriptions/listen`. */
export function subscriptionEnd(id: string | number): JsonObject {
  return { jsonrpc: '2.0', id, result: { resultType: 'complete', _meta: { [META_SUBSCRIPTION]: id } } };
}
