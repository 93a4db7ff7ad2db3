/** Answers that must not reach the client as they are, and what it is told instead. */
import { denialResponse, methodDenialResponse } from '@toolgate/mcp/denial';
import { errorCode, errorResponse, type FaultCode, httpStatus } from '@toolgate/mcp/errors';
import { readInputRequired, refusedInput } from '@toolgate/mcp/input-required';
import { isObject, type JsonObject } from '@toolgate/mcp/is-object';
import type { RequestMessage } from '@toolgate/mcp/message';
import { resultTypeOf } from '@toolgate/mcp/results';
import { recordServerRequest } from '../audit/server-request.ts';
import type { Gateway } from '../gateway.ts';
import type { Admitted } from '../stages/call.ts';
import { helpUrl } from '../stages/refuse.ts';
import { allowsMethod } from './answer-filter.ts';
import { INPUT_TEXT } from './bridging/not-bridged.ts';
import { type Ending, ending } from './ending.ts';

export interface Replacement {
  status: number;
  body: string;
  end: Ending;
}

/** Null: it may pass. Looks at what 2026-07-28 has in place of requests from servers: input that is required before there is an answer. */
export function replacedAnswer(gateway: Gateway, call: Admitted, response: JsonObject): Replacement | null {
  const { message } = call;
  if (message?.kind !== 'request' || call.treatment === 'opening') return null;
  const isBridged = call.era === 'session' && call.translation !== undefined;
  if (call.era === 'session' && !isBridged) return null;
  const { result, error } = response;
  if (isBridged && isObject(error) && error.code === errorCode('missing_client_capability'))
    return fault(call, message, 'not_bridged', INPUT_TEXT);
  if (!isObject(result)) return null;
  switch (resultTypeOf(message.method, result)) {
    case 'complete':
      return null;
    case 'input_required':
      return isBridged ? fault(call, message, 'not_bridged', INPUT_TEXT) : judgedInput(gateway, call, message, result);
    default:
      return fault(call, message, 'upstream_bad_answer', undefined, { fault: 'a kind of result that was not agreed on' });
  }
}

function judgedInput(gateway: Gateway, call: Admitted, message: RequestMessage, result: JsonObject): Replacement | null {
  const input = readInputRequired(result);
  if (!input) return fault(call, message, 'upstream_bad_answer', undefined, { fault: 'malformed input_required' });
  const refused = refusedInput(input, allowsMethod(call), call.envelope?.clientCapabilities ?? {});
  if (!refused) return null;
  const { method, needs } = refused.request;
  if (refused.why === 'undeclared') {
    const text = `The server asks for ${method}, which the client did not declare.`;
    return fault(call, message, 'missing_client_capability', text, {}, { requiredCapabilities: needs });
  }
  const text = `The server asks for ${method}, which the policy does not allow.`;
  recordServerRequest(gateway, call, method, text);
  const denial = {
    code: 'denied',
    message: text,
    rule: null,
    policyVersion: call.policy?.version ?? null,
    retryable: false,
    requestId: call.exchange.id,
    helpUrl: helpUrl(gateway, call),
  };
  const body = message.method === 'tools/call' ? denialResponse(message.id, denial, call.era) : methodDenialResponse(message.id, denial);
  return { status: 200, body, end: ending('upstream_error', { code: 'method_denied', message: text }) };
}

function fault(
  { exchange }: Admitted,
  { id }: RequestMessage,
  code: FaultCode,
  text?: string,
  more: Partial<Ending> = {},
  data?: Record<string, unknown>,
): Replacement {
  const body = errorResponse(code, id, exchange.id, text, data);
  return { status: httpStatus(code), body, end: ending('upstream_error', { code, message: text ?? null, ...more }) };
}
