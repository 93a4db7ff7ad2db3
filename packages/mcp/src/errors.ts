/** The closed list of the gateway's own errors: one table from code to HTTP status, JSON-RPC code and public text. */
import type { MessageId } from './message.ts';

interface FaultRow {
  status: number;
  /** Standard JSON-RPC and MCP codes where they mean the same; all others outside the reserved range -32768 to -32000. */
  rpc: number;
  text: string;
}

const FAULTS = {
  parse_error: { status: 400, rpc: -32700, text: 'The body could not be read.' },
  invalid_request: { status: 400, rpc: -32600, text: 'The body is not one JSON-RPC message.' },
  invalid_params: { status: 400, rpc: -32602, text: 'The parameters are not what the method takes.' },
  /** The three that MCP 2026-07-28 defines ("Error Codes"); they tell a client which era it speaks to, so they mean nothing else. */
  header_mismatch: { status: 400, rpc: -32020, text: 'The headers do not say what the body says.' },
  missing_client_capability: { status: 400, rpc: -32021, text: 'This needs a capability that the client did not declare.' },
  unsupported_version: { status: 400, rpc: -32022, text: 'Unsupported protocol version.' },
  method_not_found: { status: 404, rpc: -32601, text: 'Method not found.' },
  not_found: { status: 404, rpc: -31404, text: 'There is nothing at this address.' },
  method_not_allowed: { status: 405, rpc: -31405, text: 'This address takes POST, GET and DELETE.' },
  too_large: { status: 413, rpc: -31413, text: 'The body is larger than 1 MiB.' },
  unsupported_media_type: { status: 415, rpc: -31415, text: 'Send application/json in UTF-8, without a content encoding.' },
  origin_not_allowed: { status: 403, rpc: -31403, text: 'Requests from this origin are not allowed.' },
  host_not_allowed: { status: 403, rpc: -31421, text: 'This host name is not the gateway’s.' },
  ambiguous_credentials: { status: 400, rpc: -31400, text: 'Send exactly one Authorization header.' },
  unauthenticated: { status: 401, rpc: -31401, text: 'Send a valid token of this organization as a bearer token.' },
  session_unknown: { status: 404, rpc: -31440, text: 'This session is not known: initialize again.' },
  session_required: { status: 400, rpc: -31441, text: 'Send the Mcp-Session-Id that initialize gave you.' },
  server_unreachable_by_grant: { status: 404, rpc: -31443, text: 'This token reaches no such server.' },
  method_denied: { status: 200, rpc: -31450, text: 'The policy does not allow this method.' },
  ledger_unavailable: { status: 503, rpc: -31503, text: 'Calls cannot be recorded right now, so none is let through. Try again soon.' },
  directory_unavailable: {
    status: 503,
    rpc: -31504,
    text: 'The policy cannot be read right now, so no call is let through. Try again soon.',
  },
  unsettled: { status: 503, rpc: -31505, text: 'The policy is changing faster than it can be read. Try again.' },
  shutting_down: { status: 503, rpc: -31506, text: 'This gateway is stopping. Try again.' },
  internal: { status: 500, rpc: -31500, text: 'The gateway failed. The event in the audit log has the details.' },
  upstream_unreachable: { status: 502, rpc: -31510, text: 'The MCP server cannot be reached.' },
  upstream_unavailable: {
    status: 503,
    rpc: -31516,
    text: 'The MCP server has failed several times in a row, so it is left alone for a moment. Try again soon.',
  },
  not_bridged: {
    status: 200,
    rpc: -31517,
    text: 'The MCP server speaks another era of the protocol, which has nothing that corresponds to this.',
  },
  upstream_timeout: { status: 504, rpc: -31511, text: 'The MCP server did not answer in time.' },
  upstream_bad_answer: { status: 502, rpc: -31512, text: 'The MCP server gave an answer that is not MCP.' },
  upstream_refused_credential: { status: 502, rpc: -31513, text: 'The MCP server did not accept the credential that is stored for it.' },
  egress_blocked: { status: 502, rpc: -31514, text: 'The address of the MCP server is not one that may be reached.' },
  secret_unavailable: { status: 502, rpc: -31515, text: 'The credential of the MCP server cannot be opened.' },
} as const satisfies Record<string, FaultRow>;

export type FaultCode = keyof typeof FAULTS;
export const FAULT_CODES = Object.keys(FAULTS) as FaultCode[];

export const httpStatus = (code: FaultCode): number => FAULTS[code].status;
export const errorCode = (code: FaultCode): number => FAULTS[code].rpc;
export const publicText = (code: FaultCode): string => FAULTS[code].text;

/**
 * The JSON-RPC error response for a fault. `id` is null where the request's could not be read. `text` replaces the public text; `data` is
 * added to the error's data (`supported`, `requiredCapabilities`).
 */
export function errorResponse(
  code: FaultCode,
  id: MessageId | null,
  requestId: string,
  text?: string,
  data?: Record<string, unknown>,
): string {
  return JSON.stringify({
    jsonrpc: '2.0',
    id,
    error: { code: errorCode(code), message: text ?? publicText(code), data: { ...data, code, requestId } },
  });
}
