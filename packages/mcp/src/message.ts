/** What a JSON-RPC body is: exactly one request, notification or response (JSON-RPC 2.0 sections 4 and 5; MCP allows no null ids). */
export type MessageId = string | number;

export type Message = RequestMessage | NotificationMessage | ResponseMessage;

export interface RequestMessage {
  kind: 'request';
  id: MessageId;
  method: string;
  params: Record<string, unknown>;
  /** Of `tools/call`: the tool's name. */
  tool: string | null;
  /** Of `tools/call`: its arguments; absent ones are an empty object. */
  args: Record<string, unknown>;
  progressToken: MessageId | null;
}

export interface NotificationMessage {
  kind: 'notification';
  method: string;
  params: Record<string, unknown>;
}

/** What a client answers to a request that the server made in this session. */
export interface ResponseMessage {
  kind: 'response';
  id: MessageId;
}

export type MessageProblem = 'batch' | 'not_a_message' | 'invalid_params' | 'tool_call_without_id';
/** `id` is the request's where it could be read, so that the refusal reaches the right caller. */
export type Classified = { ok: true; message: Message } | { ok: false; problem: MessageProblem; message: string; id: MessageId | null };

const MAX_METHOD = 128;
const MAX_TOOL_NAME = 256;

/** Classifies what `readStrictJson` returned. */
export function classifyMessage(value: unknown): Classified {
  if (Array.isArray(value)) return refuse('batch', 'Send one message per request: batches are not accepted.', null);
  if (!isObject(value) || value.jsonrpc !== '2.0') return refuse('not_a_message', 'The body is not a JSON-RPC 2.0 message.', null);
  const id = isId(value.id) ? value.id : null;
  if ('id' in value && id === null) return refuse('not_a_message', 'The id must be a string or an integer.', null);
  if (!('method' in value)) return classifyResponse(value, id);
  return classifyCall(value, id);
}

function classifyResponse(value: Record<string, unknown>, id: MessageId | null): Classified {
  const answers = Number('result' in value) + Number('error' in value);
  if (id === null || answers !== 1 || !hasOnly(value, RESPONSE_KEYS)) {
    return refuse('not_a_message', 'The body is neither a request, nor a notification, nor a response.', id);
  }
  return { ok: true, message: { kind: 'response', id } };
}

function classifyCall(value: Record<string, unknown>, id: MessageId | null): Classified {
  const { method, params = {} } = value;
  if (typeof method !== 'string' || method === '' || method.length > MAX_METHOD || !hasOnly(value, CALL_KEYS)) {
    return refuse('not_a_message', 'The body is not a JSON-RPC request or notification.', id);
  }
  if (!isObject(params)) return refuse('invalid_params', 'params must be an object.', id);
  if (id === null) {
    if (method === 'tools/call') return refuse('tool_call_without_id', 'tools/call needs an id: without one nobody could be told.', null);
    return { ok: true, message: { kind: 'notification', method, params } };
  }
  return classifyRequest(id, method, params);
}

function classifyRequest(id: MessageId, method: string, params: Record<string, unknown>): Classified {
  const { _meta: meta } = params;
  if (meta !== undefined && !isObject(meta)) return refuse('invalid_params', 'params._meta must be an object.', id);
  const progressToken = isId(meta?.progressToken) ? meta.progressToken : null;
  const request = { kind: 'request' as const, id, method, params, tool: null, args: {}, progressToken };
  if (method !== 'tools/call') return { ok: true, message: request };
  const { name, arguments: args = {} } = params;
  if (typeof name !== 'string' || name === '' || name.length > MAX_TOOL_NAME) {
    return refuse('invalid_params', `params.name must be the name of a tool, of at most ${MAX_TOOL_NAME} characters.`, id);
  }
  if (!isObject(args)) return refuse('invalid_params', 'params.arguments must be an object.', id);
  return { ok: true, message: { ...request, tool: name, args } };
}

const CALL_KEYS = new Set(['jsonrpc', 'id', 'method', 'params']);
const RESPONSE_KEYS = new Set(['jsonrpc', 'id', 'result', 'error']);

function hasOnly(value: Record<string, unknown>, keys: Set<string>): boolean {
  return Object.keys(value).every((key) => keys.has(key));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is MessageId {
  return typeof value === 'string' || (typeof value === 'number' && Number.isSafeInteger(value));
}

function refuse(problem: MessageProblem, message: string, id: MessageId | null): Classified {
  return { ok: false, problem, message, id };
}
