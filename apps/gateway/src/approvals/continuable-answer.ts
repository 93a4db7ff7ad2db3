/** A server's question within a call that a person approved: its answer goes on with that approval, once, and needs no second one. */
import { isObject, type JsonObject } from '@toolgate/mcp/is-object';
import { resultTypeOf } from '@toolgate/mcp/results';
import { replaceAt } from '../aggregate/splice-at.ts';
import type { Gateway } from '../gateway.ts';
import type { Admitted } from '../stages/call.ts';
import { withMembers } from '../upstream/splice.ts';
import { stateCallHash } from './returned-state.ts';

/**
 * The response with a state of ours that holds the server's. It names the request that used the approval: whoever goes on with it becomes
 * that request, so that the same state goes on with nothing a second time.
 * @returns null: it stays as it is.
 */
export function continuableAnswer({ requestStates }: Gateway, call: Admitted, response: JsonObject, text: string | Buffer): Buffer | null {
  const { approval, message, organization, exchange } = call;
  const { result } = response;
  if (!approval || message?.kind !== 'request' || !isObject(result) || resultTypeOf(message.method, result) !== 'input_required')
    return null;
  const theirs = typeof result.requestState === 'string' ? result.requestState : null;
  const use = { approvalId: approval.approvalId, call: stateCallHash(call), requestId: exchange.id, theirs };
  const requestState = requestStates.sealUse(organization.id, use);
  const bytes = Buffer.from(text);
  return theirs === null
    ? withMembers(bytes, ['result'], { requestState })
    : replaceAt(bytes, [{ path: ['result', 'requestState'], value: requestState }]);
}
