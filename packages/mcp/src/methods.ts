/** The closed table of methods, per era: what is not in it is refused. */
import type { Era } from './versions.ts';

export type MethodTreatment =
  /** Decided by the policy's rules for the tool, charged and recorded. */
  | 'governed'
  /** Answered by the upstream; what the policy hides is taken out of the answer. */
  | 'filtered'
  /** Opens a session: capabilities that the policy denies are taken out on both ways. */
  | 'opening'
  /** Tells what the server is; capabilities that the policy denies are taken out of the answer. */
  | 'discovering'
  /** Opens a stream of notifications; kinds whose methods the policy denies are taken out of what is asked for. */
  | 'listening'
  /** Forwarded as it is. */
  | 'passed'
  /** Decided by the policy's `methods`, and recorded. */
  | 'policy_governed'
  /** Another revision's way to begin. Refused, but it is how clients ask which revisions there are, so nothing is recorded. */
  | 'probe'
  | 'refused';

const GOVERNED_BY_METHODS = [
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'prompts/list',
  'prompts/get',
  'completion/complete',
].map((method): [string, MethodTreatment] => [method, 'policy_governed']);

/**
 * `tasks/*` is in neither table. A task's handle fetches an answer long after the policy decided, and by whoever holds it, without naming
 * the tool; so the extension is taken out of what both sides declare, and servers then answer at once, as it asks of them.
 */
const REQUESTS: Record<Era, Map<string, MethodTreatment>> = {
  session: new Map<string, MethodTreatment>([
    ['tools/call', 'governed'],
    ['tools/list', 'filtered'],
    ['initialize', 'opening'],
    ['ping', 'passed'],
    ['logging/setLevel', 'passed'],
    ['resources/subscribe', 'policy_governed'],
    ['resources/unsubscribe', 'policy_governed'],
    ...GOVERNED_BY_METHODS,
    ['server/discover', 'probe'],
  ]),
  stateless: new Map<string, MethodTreatment>([
    ['tools/call', 'governed'],
    ['tools/list', 'filtered'],
    ['server/discover', 'discovering'],
    ['subscriptions/listen', 'listening'],
    ...GOVERNED_BY_METHODS,
    ['initialize', 'probe'],
  ]),
};

const CLIENT_NOTIFICATIONS = new Set(['notifications/initialized', 'notifications/cancelled', 'notifications/progress']);

/** On which stream a notification travels: one of a session, the answer to a stateless request, or the answer to `subscriptions/listen`. */
export type StreamKind = 'session' | 'request' | 'listen';

const SERVER_NOTIFICATIONS: Record<StreamKind, Set<string>> = {
  session: new Set([
    'notifications/message',
    'notifications/progress',
    'notifications/cancelled',
    'notifications/tools/list_changed',
    'notifications/resources/list_changed',
    'notifications/resources/updated',
    'notifications/prompts/list_changed',
    'notifications/elicitation/complete',
  ]),
  request: new Set(['notifications/message', 'notifications/progress']),
  listen: new Set([
    'notifications/subscriptions/acknowledged',
    'notifications/cancelled',
    'notifications/tools/list_changed',
    'notifications/resources/list_changed',
    'notifications/resources/updated',
    'notifications/prompts/list_changed',
  ]),
};

/** What becomes of a request that a client sends. */
export function treatmentOfRequest(method: string, era: Era = 'session'): MethodTreatment {
  return REQUESTS[era].get(method) ?? 'refused';
}

/**
 * What becomes of a notification that a client sends. `absorbed`: accepted with 202 and not forwarded. 2026-07-28 has none over HTTP;
 * its `notifications/cancelled` is for stdio, and closing the stream, which such a client does as well, is what cancels.
 */
export function treatmentOfNotification(method: string): 'passed' | 'refused';
export function treatmentOfNotification(method: string, era: Era): 'passed' | 'absorbed' | 'refused';
export function treatmentOfNotification(method: string, era: Era = 'session'): 'passed' | 'absorbed' | 'refused' {
  if (era === 'stateless') return method === 'notifications/cancelled' ? 'absorbed' : 'refused';
  return CLIENT_NOTIFICATIONS.has(method) ? 'passed' : 'refused';
}

/** Whether a notification from an upstream reaches the client. */
export function passesToClient(method: string, stream: StreamKind = 'session'): boolean {
  return SERVER_NOTIFICATIONS[stream].has(method);
}

/** Requests that a server makes of a client: messages of their own within a session, `inputRequests` of a result in the stateless era. */
export const INPUT_METHODS = ['elicitation/create', 'sampling/createMessage', 'roots/list'] as const;
export type InputMethod = (typeof INPUT_METHODS)[number];

export function isInputMethod(method: unknown): method is InputMethod {
  return (INPUT_METHODS as readonly unknown[]).includes(method);
}

/** Every method that the policy's `methods` decides, in any era and either direction. */
export const METHODS_OF_POLICY: readonly string[] = [...new Set([...Object.values(REQUESTS).flatMap(governedIn), ...INPUT_METHODS])].sort();

function governedIn(table: ReadonlyMap<string, MethodTreatment>): string[] {
  return [...table].filter(([, treatment]) => treatment === 'policy_governed').map(([method]) => method);
}

/** What becomes of a request that an upstream sends within a session: asked of the policy, passed, or dropped. Stateless servers send none. */
export function treatmentOfServerRequest(method: string): 'policy_governed' | 'passed' | 'refused' {
  if (isInputMethod(method)) return 'policy_governed';
  return method === 'ping' ? 'passed' : 'refused';
}
