import { errorCode } from '@toolgate/mcp/errors';
import type { JsonObject } from '@toolgate/mcp/is-object';

const SERVER_REQUEST_TEXT =
  'The client has no session with this server, so what the server asks of it cannot be bridged: answer without it.';

/** What a server is told that asks something of a client who is not there, or is of another era; null: it asked nothing. */
export function answerInPlace({ id, method }: JsonObject): JsonObject | null {
  if (typeof id !== 'string' && typeof id !== 'number') return null;
  return method === 'ping' ? { jsonrpc: '2.0', id, result: {} } : refusal(id, SERVER_REQUEST_TEXT);
}

/** What a server is told whose request is not answered. */
export const refusal = (id: string | number, message: string): JsonObject => ({
  jsonrpc: '2.0',
  id,
  error: { code: errorCode('method_denied'), message },
});
