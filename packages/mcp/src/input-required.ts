/** What a stateless server wants to know before it answers (2026-07-28, "Multi Round-Trip Requests"). */
import { isObject, type JsonObject } from './is-object.ts';
import { type InputMethod, isInputMethod } from './methods.ts';

export interface InputRequest {
  /** The server's name for it. */
  key: string;
  method: InputMethod;
  /** What the client must have declared for it; the `data.requiredCapabilities` of -32021. */
  needs: JsonObject;
}

export interface InputRequired {
  requests: InputRequest[];
  /** Opaque to everybody but the server: forwarded as it is. */
  requestState: string | null;
}

const MAX_REQUESTS = 64;

/** Reads a result of type `input_required`; null when it is malformed, and then it is no answer. */
export function readInputRequired(result: JsonObject): InputRequired | null {
  const { inputRequests, requestState } = result;
  if (requestState !== undefined && typeof requestState !== 'string') return null;
  if (inputRequests === undefined) return requestState === undefined ? null : { requests: [], requestState };
  if (!isObject(inputRequests)) return null;
  const entries = Object.entries(inputRequests);
  if (entries.length > MAX_REQUESTS) return null;
  const requests: InputRequest[] = [];
  for (const [key, request] of entries) {
    if (!isObject(request) || !isInputMethod(request.method)) return null;
    requests.push({ key, method: request.method, needs: neededFor(request.method, request.params) });
  }
  return { requests, requestState: requestState ?? null };
}

/** The first request that may not reach the client: the policy denies its method, or the client never said that it can answer it. */
export function refusedInput(
  { requests }: InputRequired,
  allows: (method: string) => boolean,
  clientCapabilities: JsonObject,
): { request: InputRequest; why: 'policy' | 'undeclared' } | null {
  for (const request of requests) {
    if (!allows(request.method)) return { request, why: 'policy' };
    if (!declares(clientCapabilities, request.needs)) return { request, why: 'undeclared' };
  }
  return null;
}

/** Which client capability a request of a server needs; also for requests within a session. */
export function neededFor(method: InputMethod, params: unknown): JsonObject {
  const given = isObject(params) ? params : {};
  switch (method) {
    case 'roots/list':
      return { roots: {} };
    case 'sampling/createMessage':
      return { sampling: given.tools === undefined && given.toolChoice === undefined ? {} : { tools: {} } };
    case 'elicitation/create':
      return { elicitation: given.mode === 'url' ? { url: {} } : { form: {} } };
  }
}

/** Whether everything that is needed was declared, level by level. An empty `elicitation` stands for its form mode. */
export function declares(declared: JsonObject, needed: JsonObject): boolean {
  return Object.entries(needed).every(([name, inner]) => {
    const own = Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (!isObject(own)) return false;
    const meant = name === 'elicitation' && own.form === undefined && own.url === undefined ? { ...own, form: {} } : own;
    return !isObject(inner) || declares(meant, inner);
  });
}
