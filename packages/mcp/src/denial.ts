/** A refusal by policy, as the caller reads it: a tool RESULT, so that an agent can act on it and its session survives. */
import { errorCode } from './errors.ts';
import type { MessageId } from './message.ts';
import type { Era } from './versions.ts';

export interface Denial {
  code: string;
  message: string;
  /** RFC 6901 pointer into the policy version's source. */
  rule: string | null;
  policyVersion: number | null;
  /** Whether the very same call can pass later without anybody changing the policy. */
  retryable: boolean;
  retryAfterMs?: number;
  limit?: { counter: string; max: number; remaining: number; resetAt: string };
  requestId: string;
  /** Where a person sees why. */
  helpUrl: string;
}

/** The whole JSON-RPC response to a `tools/call` that was refused. Stateless results say their type. */
export function denialResponse(id: MessageId, denial: Denial, era: Era = 'session'): string {
  const { message, ...decision } = denial;
  return JSON.stringify({
    jsonrpc: '2.0',
    id,
    result: {
      ...(era === 'stateless' ? { resultType: 'complete' } : {}),
      content: [{ type: 'text', text: `[POLICY DENIED] ${message}` }],
      isError: true,
      _meta: { 'toolgate/decision': decision },
    },
  });
}

/** The same for other methods: their results have no place for a refusal, so it is an error that carries the decision. */
export function methodDenialResponse(id: MessageId, denial: Denial): string {
  const { message, ...decision } = denial;
  return JSON.stringify({
    jsonrpc: '2.0',
    id,
    error: { code: errorCode('method_denied'), message: `[POLICY DENIED] ${message}`, data: { 'toolgate/decision': decision } },
  });
}
