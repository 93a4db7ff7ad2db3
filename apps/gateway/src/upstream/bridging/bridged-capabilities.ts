import { isObject, type JsonObject } from '@toolgate/mcp/is-object';

/** Of what a server declares, what works between two eras: the lists themselves, not that their changes are told, nor logging. */
export function bridgedCapabilities(declared: unknown): JsonObject {
  const capabilities = isObject(declared) ? declared : {};
  const kept: JsonObject = {};
  for (const name of ['tools', 'prompts', 'resources', 'completions']) if (isObject(capabilities[name])) kept[name] = {};
  return kept;
}
