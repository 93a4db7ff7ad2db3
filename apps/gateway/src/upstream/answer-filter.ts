/** What the policy takes out of answers and streams on their way to the client. */
import { withoutServerCapabilities } from '@toolgate/mcp/capabilities';
import { logReaches } from '@toolgate/mcp/era';
import { isObject, type JsonObject } from '@toolgate/mcp/is-object';
import { passesToClient, treatmentOfServerRequest } from '@toolgate/mcp/methods';
import { isCacheable, withPrivateCaching } from '@toolgate/mcp/results';
import { isSubscribed } from '@toolgate/mcp/subscription-filter';
import { decideMethod, lists } from '@toolgate/policy/decide';
import { hashListed } from '@toolgate/services/server/pinned-tool';
import type { Admitted } from '../stages/call.ts';
import { unknownTool } from '../stages/decide.ts';
import { pausedBy } from '../stages/paused.ts';

/** How long a client may keep a list: the policy may change at any time, and what it hides then is refused anyway. */
const MAX_TTL_MS = 60_000;

/** Whether the policy lets a method pass, in either direction. */
export function allowsMethod({ policy }: Pick<Admitted, 'policy'>): (method: string) => boolean {
  return (method) => decideMethod(policy?.compiled ?? null, method) === 'allow';
}

/** Whether answers of this call have to be looked into; others are forwarded as they are. */
export function isFiltered({ treatment, verb, era, message }: Admitted): boolean {
  if (treatment === 'governed') return false;
  if (treatment === 'filtered' || treatment === 'opening' || treatment === 'discovering' || verb === 'GET') return true;
  return era === 'stateless' && message?.kind === 'request' && isCacheable(message.method);
}

/** A response with what the policy hides taken out. A stream that is resumed may replay the answer to any request. */
export function filterResponse(call: Admitted, response: JsonObject): JsonObject {
  const { result } = response;
  if (!isObject(result)) return response;
  let filtered = result;
  if (call.treatment !== 'opening' && Array.isArray(result.tools))
    filtered = { ...filtered, tools: result.tools.filter((tool) => isListed(call, tool)) };
  if (call.treatment !== 'filtered' && isObject(result.capabilities)) filtered = withoutServerCapabilities(filtered, allowsMethod(call));
  // One view per grant: what is public upstream is not public here.
  if (call.era === 'stateless' && call.message?.kind === 'request')
    filtered = withPrivateCaching(call.message.method, filtered, MAX_TTL_MS);
  return filtered === result ? response : { ...response, result: filtered };
}

/** A definition that is not the one that was accepted is not shown: an upstream may tell its callers another one than the worker. */
export function isListed(call: Pick<Admitted, 'organization' | 'server' | 'grant' | 'policy'>, tool: unknown): boolean {
  if (!isObject(tool) || typeof tool.name !== 'string') return false;
  const known = call.server.tools.get(tool.name);
  return lists(call.policy?.compiled ?? null, known ?? unknownTool(tool.name), pausedBy(call)) && known?.hash === hashListed(tool);
}

/** Members of a request or notification; another spelling of one of them may be what the client goes by. */
const CALL = new Set(['jsonrpc', 'id', 'method', 'params']);

/** `refused`: a request of the server that the client must not see, to which the server waits for an answer. */
export type Onward = 'passed' | 'dropped' | 'refused';

/** Whether a request or notification that the upstream sends reaches the client. */
export function onwardToClient(call: Admitted, message: JsonObject): Onward {
  if (typeof message.method !== 'string' || !Object.keys(message).every((key) => CALL.has(key))) return 'dropped';
  if (message.id === undefined) return notificationPasses(call, message.method, message.params) ? 'passed' : 'dropped';
  // Servers of 2026-07-28 make no requests, and their clients would not know whom to answer.
  if (call.era === 'stateless' || call.translation) return 'refused';
  switch (treatmentOfServerRequest(message.method)) {
    case 'passed':
      return 'passed';
    case 'policy_governed':
      return allowsMethod(call)(message.method) ? 'passed' : 'refused';
    default:
      return 'refused';
  }
}

function notificationPasses({ era, subscription, translation, envelope }: Admitted, method: string, params: unknown): boolean {
  if (era === 'session') return passesToClient(method, 'session');
  if (!subscription)
    return passesToClient(method, 'request') && (!translation || method !== 'notifications/message' || wantsLog(envelope, params));
  return passesToClient(method, 'listen') && (!CHANGES.test(method) || isSubscribed(subscription, method, params));
}

/** A server that keeps sessions logs unasked; a client of 2026-07-28 is told only what it asks for, request by request. */
function wantsLog(envelope: Admitted['envelope'], params: unknown): boolean {
  return envelope?.logLevel != null && isObject(params) && logReaches(params.level, envelope.logLevel);
}

/** Kinds that have to be asked for. */
const CHANGES = /\/(?:list_changed|updated)$/;
