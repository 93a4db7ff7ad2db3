import { isObject, type JsonObject } from './is-object.ts';

export const RESPONSE_KEYS: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'result', 'error']);

/**
 * Whether it has the members of a response and no other. A client whose reader ignores case, or looks for `method` first, would take a
 * response with more for a request of the server, which is another thing than what the policy was asked about.
 */
export function isResponse(message: JsonObject): boolean {
  return Object.keys(message).every((key) => RESPONSE_KEYS.has(key)) && isObject(message.result) !== isObject(message.error);
}
