/** Which notifications a `subscriptions/listen` asks for (2026-07-28, "Notification Filter"), and which of them the policy lets it have. */
import { isObject, type JsonObject } from './is-object.ts';

export interface SubscriptionFilter {
  toolsListChanged?: boolean;
  promptsListChanged?: boolean;
  resourcesListChanged?: boolean;
  resourceSubscriptions?: string[];
}

const MAX_RESOURCES = 1_000;
const FLAGS = ['toolsListChanged', 'promptsListChanged', 'resourcesListChanged'] as const;
/** Which method of the policy stands for a kind; changes of the tools are always told. */
const METHOD_OF = {
  promptsListChanged: 'prompts/list',
  resourcesListChanged: 'resources/list',
  resourceSubscriptions: 'resources/subscribe',
} as const;

/** The filter of a request's or an acknowledgement's params; null when it is malformed (invalid_params). Unknown kinds are left out. */
export function readSubscriptionFilter(params: JsonObject): SubscriptionFilter | null {
  const { notifications } = params;
  if (!isObject(notifications)) return null;
  const filter: SubscriptionFilter = {};
  for (const flag of FLAGS) {
    const { [flag]: value } = notifications;
    if (value !== undefined && typeof value !== 'boolean') return null;
    if (value !== undefined) filter[flag] = value;
  }
  const { resourceSubscriptions: uris } = notifications;
  if (uris === undefined) return filter;
  if (!Array.isArray(uris) || uris.length > MAX_RESOURCES || !uris.every((uri) => typeof uri === 'string')) return null;
  return { ...filter, resourceSubscriptions: uris };
}

/** What is left of a filter; `narrowed` says whether the original bytes may still be forwarded. */
export function allowedFilter(
  filter: SubscriptionFilter,
  allows: (method: string) => boolean,
): { filter: SubscriptionFilter; narrowed: boolean } {
  const kept = { ...filter };
  for (const [kind, method] of Object.entries(METHOD_OF) as [keyof typeof METHOD_OF, string][]) if (!allows(method)) delete kept[kind];
  return { filter: kept, narrowed: Object.keys(kept).length < Object.keys(filter).length };
}

/** Whether a notification is of a kind that was asked for: servers may send no other. */
export function isSubscribed(filter: SubscriptionFilter, method: string, params: unknown): boolean {
  switch (method) {
    case 'notifications/tools/list_changed':
      return filter.toolsListChanged === true;
    case 'notifications/prompts/list_changed':
      return filter.promptsListChanged === true;
    case 'notifications/resources/list_changed':
      return filter.resourcesListChanged === true;
    case 'notifications/resources/updated':
      return isObject(params) && typeof params.uri === 'string' && (filter.resourceSubscriptions ?? []).length > 0;
    default:
      return false;
  }
}
