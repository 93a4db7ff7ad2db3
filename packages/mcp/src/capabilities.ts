/** Capabilities that are declared when a session opens: what the policy denies is not offered to the other side. */
type Capabilities = Record<string, unknown>;

/** What a client can be asked to do, by capability; roots and tasks are never passed on. */
const CLIENT: Record<string, string | null> = {
  sampling: 'sampling/createMessage',
  elicitation: 'elicitation/create',
  roots: null,
  tasks: null,
};
const SERVER: Record<string, string[] | null> = {
  resources: ['resources/list', 'resources/read'],
  prompts: ['prompts/list', 'prompts/get'],
  completions: ['completion/complete'],
  tasks: null,
};

/** The params of `initialize` without the client capabilities that are denied. */
export function withoutClientCapabilities(params: Record<string, unknown>, allows: (method: string) => boolean): Record<string, unknown> {
  const capabilities = asObject(params.capabilities);
  const kept = Object.entries(capabilities).filter(([name]) => {
    if (!Object.hasOwn(CLIENT, name)) return true;
    const method = CLIENT[name];
    return typeof method === 'string' && allows(method);
  });
  return { ...params, capabilities: Object.fromEntries(kept) };
}

/** The result of `initialize` without the server capabilities whose methods are all denied. */
export function withoutServerCapabilities(result: Record<string, unknown>, allows: (method: string) => boolean): Record<string, unknown> {
  const capabilities = asObject(result.capabilities);
  const kept = Object.entries(capabilities).filter(([name]) => {
    if (!Object.hasOwn(SERVER, name)) return true;
    return SERVER[name]?.some(allows) ?? false;
  });
  return { ...result, capabilities: Object.fromEntries(kept) };
}

function asObject(value: unknown): Capabilities {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Capabilities) : {};
}
