/** The closed table of methods: what is not in it is refused. Session-based revisions 2025-03-26, 2025-06-18 and 2025-11-25. */
export type MethodTreatment =
  /** Decided by the policy's rules for the tool, charged and recorded. */
  | 'governed'
  /** Answered by the upstream; what the policy hides is taken out of the answer. */
  | 'filtered'
  /** Opens a session: capabilities that the policy denies are taken out on both ways. */
  | 'opening'
  /** Forwarded as it is. */
  | 'passed'
  /** Decided by the policy's `methods`, and recorded. */
  | 'policy_governed'
  /** Another revision's way to begin. Refused, but it is how clients ask which revisions there are, so nothing is recorded. */
  | 'probe'
  | 'refused';

const REQUESTS = new Map<string, MethodTreatment>([
  ['tools/call', 'governed'],
  ['tools/list', 'filtered'],
  ['initialize', 'opening'],
  ['ping', 'passed'],
  ['logging/setLevel', 'passed'],
  ['resources/list', 'policy_governed'],
  ['resources/templates/list', 'policy_governed'],
  ['resources/read', 'policy_governed'],
  ['resources/subscribe', 'policy_governed'],
  ['resources/unsubscribe', 'policy_governed'],
  ['prompts/list', 'policy_governed'],
  ['prompts/get', 'policy_governed'],
  ['completion/complete', 'policy_governed'],
  ['server/discover', 'probe'],
]);

const CLIENT_NOTIFICATIONS = new Set(['notifications/initialized', 'notifications/cancelled', 'notifications/progress']);

const SERVER_NOTIFICATIONS = new Set([
  'notifications/message',
  'notifications/progress',
  'notifications/cancelled',
  'notifications/tools/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
  'notifications/prompts/list_changed',
  'notifications/elicitation/complete',
]);

/** What becomes of a request that a client sends. */
export function treatmentOfRequest(method: string): MethodTreatment {
  return REQUESTS.get(method) ?? 'refused';
}

/** What becomes of a notification that a client sends. */
export function treatmentOfNotification(method: string): 'passed' | 'refused' {
  return CLIENT_NOTIFICATIONS.has(method) ? 'passed' : 'refused';
}

/** Whether a notification from an upstream reaches the client. */
export function passesToClient(method: string): boolean {
  return SERVER_NOTIFICATIONS.has(method);
}

/** What becomes of a request that an upstream sends to the client: asked of the policy, passed, or dropped. */
export function treatmentOfServerRequest(method: string): 'policy_governed' | 'passed' | 'refused' {
  if (method === 'sampling/createMessage' || method === 'elicitation/create') return 'policy_governed';
  return method === 'ping' ? 'passed' : 'refused';
}
