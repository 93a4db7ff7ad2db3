/** What the policy takes out of answers and streams on their way to the client. */
import { withoutServerCapabilities } from '@toolgate/mcp/capabilities';
import { passesToClient, treatmentOfServerRequest } from '@toolgate/mcp/methods';
import { decideMethod, lists } from '@toolgate/policy/decide';
import { hashListed } from '@toolgate/services/server/pinned-tool';
import type { Admitted } from '../stages/call.ts';
import { pausedBy, unknownTool } from '../stages/decide.ts';

export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether the policy lets a method pass, in either direction. */
export function allowsMethod({ policy }: Pick<Admitted, 'policy'>): (method: string) => boolean {
  return (method) => decideMethod(policy?.compiled ?? null, method) === 'allow';
}

/** Whether answers of this call have to be looked into; others are forwarded as they are. */
export function isFiltered({ treatment, verb }: Admitted): boolean {
  return treatment === 'filtered' || treatment === 'opening' || verb === 'GET';
}

/** A response with what the policy hides taken out. A stream that is resumed may replay the answer to any request. */
export function filterResponse(call: Admitted, response: JsonObject): JsonObject {
  const { result } = response;
  if (!isObject(result)) return response;
  let filtered = result;
  if (call.treatment !== 'opening' && Array.isArray(result.tools))
    filtered = { ...filtered, tools: result.tools.filter((tool) => isListed(call, tool)) };
  if (call.treatment !== 'filtered' && isObject(result.capabilities)) filtered = withoutServerCapabilities(filtered, allowsMethod(call));
  return filtered === result ? response : { ...response, result: filtered };
}

/** A definition that is not the one that was accepted is not shown: an upstream may tell its callers another one than the worker. */
function isListed(call: Admitted, tool: unknown): boolean {
  if (!isObject(tool) || typeof tool.name !== 'string') return false;
  const known = call.server.tools.get(tool.name);
  return lists(call.policy?.compiled ?? null, known ?? unknownTool(tool.name), pausedBy(call)) && known?.hash === hashListed(tool);
}

/** Members of a request or notification; another spelling of one of them may be what the client goes by. */
const CALL = new Set(['jsonrpc', 'id', 'method', 'params']);

/** Whether a request or notification that the upstream sends reaches the client. */
export function reachesClient(call: Admitted, message: JsonObject): boolean {
  if (typeof message.method !== 'string' || !Object.keys(message).every((key) => CALL.has(key))) return false;
  if (message.id === undefined) return passesToClient(message.method);
  switch (treatmentOfServerRequest(message.method)) {
    case 'passed':
      return true;
    case 'policy_governed':
      return allowsMethod(call)(message.method);
    default:
      return false;
  }
}
