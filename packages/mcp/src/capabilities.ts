/** Capabilities as both sides declare them: what the policy denies is not offered to the other side. */
import { isObject, type JsonObject } from './is-object.ts';

/** What a client can be asked to do, by capability; session-based tasks are never passed on. */
const CLIENT = new Map<string, string[]>([
  ['sampling', ['sampling/createMessage']],
  ['elicitation', ['elicitation/create']],
  ['roots', ['roots/list']],
  ['tasks', []],
]);
const SERVER = new Map<string, string[]>([
  ['resources', ['resources/list', 'resources/templates/list', 'resources/read']],
  ['prompts', ['prompts/list', 'prompts/get']],
  ['completions', ['completion/complete']],
  ['tasks', []],
]);
/** `tasks/*` is refused (see methods.ts), and a server must not hand out tasks where the extension was not declared. */
const EXTENSIONS = new Set(['io.modelcontextprotocol/tasks']);

/** Client capabilities without those that are denied: of `initialize`, or `_meta["io.modelcontextprotocol/clientCapabilities"]`. */
export function allowedClientCapabilities(capabilities: JsonObject, allows: (method: string) => boolean): JsonObject {
  return allowed(capabilities, CLIENT, allows);
}

/** Server capabilities without those whose methods are all denied: of the results of `initialize` and `server/discover`. */
export function allowedServerCapabilities(capabilities: JsonObject, allows: (method: string) => boolean): JsonObject {
  const kept = allowed(capabilities, SERVER, allows);
  const { resources } = kept;
  if (!isObject(resources) || resources.subscribe === undefined || allows('resources/subscribe')) return kept;
  const { subscribe, ...rest } = resources;
  return { ...kept, resources: rest };
}

/** The params of `initialize` without the client capabilities that are denied. */
export function withoutClientCapabilities(params: JsonObject, allows: (method: string) => boolean): JsonObject {
  return { ...params, capabilities: allowedClientCapabilities(asObject(params.capabilities), allows) };
}

/** The result of `initialize` or `server/discover` without the server capabilities whose methods are all denied. */
export function withoutServerCapabilities(result: JsonObject, allows: (method: string) => boolean): JsonObject {
  return { ...result, capabilities: allowedServerCapabilities(asObject(result.capabilities), allows) };
}

function allowed(capabilities: JsonObject, methods: ReadonlyMap<string, string[]>, allows: (method: string) => boolean): JsonObject {
  const kept = Object.entries(capabilities).filter(([name]) => methods.get(name)?.some(allows) ?? true);
  const { extensions, ...rest } = Object.fromEntries(kept);
  if (!isObject(extensions)) return rest;
  return { ...rest, extensions: Object.fromEntries(Object.entries(extensions).filter(([name]) => !EXTENSIONS.has(name))) };
}

function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
