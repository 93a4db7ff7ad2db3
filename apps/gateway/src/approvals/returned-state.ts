/** What a client of 2026-07-28 brings back after it has shown its person where to answer. It is ours: the server must not see it. */
import { isObject } from '@toolgate/mcp/is-object';
import { APPROVAL_INPUT } from '@toolgate/mcp/pending';
import { memberText, readMessage } from '@toolgate/mcp/read-message';
import { callHash } from '@toolgate/services/approval/call-hash';
import type { Gateway } from '../gateway.ts';
import { type Resolved, rejected, type Staged } from '../stages/call.ts';
import { membersOf } from '../upstream/envelope.ts';

export interface ReturnedState {
  approvalId: string;
  /** The person was shown the page, and did not turn away from it. */
  accepted: boolean;
}

/** The call without it. A state that was altered, or that belongs to another call, is refused. */
export function takeReturnedState(gateway: Gateway, call: Resolved): Staged<Resolved> & { returned?: ReturnedState } {
  const { message, era, organization } = call;
  if (era !== 'stateless' || message?.kind !== 'request' || message.tool === null) return { ok: true, call };
  const { requestState, inputResponses } = message.params;
  if (typeof requestState !== 'string') return { ok: true, call };
  const state = gateway.requestStates.open(organization.id, requestState);
  if (state === null) return { ok: true, call };
  if (state === 'broken' || state.call !== stateCallHash(call))
    return rejected('invalid_params', 'params.requestState is not of this call.');
  const bare = withoutState(call);
  if (!bare) return rejected('invalid_params', 'params cannot be read.');
  const response = isObject(inputResponses) ? inputResponses[APPROVAL_INPUT] : undefined;
  const accepted = isObject(response) && response.action === 'accept';
  return { ok: true, call: bare, returned: { approvalId: state.approvalId, accepted } };
}

/** What a state is bound to: an edit of the policy meanwhile is no mistake of the client. */
export function stateCallHash({ message, source, grant, server }: Resolved): string {
  const tool = message?.kind === 'request' ? (message.tool ?? '') : '';
  const bound = { grantId: grant.id, serverId: server.id, tool, toolHash: '', policyId: '', policyVersion: 0 };
  return callHash({ ...bound, argumentsText: argumentsOf(source) }).toString('hex');
}

/** The arguments as the client wrote them; absent ones are an empty object. @throws without the text, which no approval could then be bound to. */
export function argumentsOf(source: Resolved['source']): string {
  if (!source) throw new Error('An approval is bound to the text of its arguments, and there is none.');
  return memberText(source, 'params', 'arguments') ?? '{}';
}

const OURS = new Set(['requestState', 'inputResponses']);

/** Every other byte of the params' values stays as it was. */
function withoutState(call: Resolved): Resolved | null {
  const { bytes, message } = call;
  const place = bytes && membersOf(bytes)?.get('params');
  if (!place || message?.kind !== 'request') return null;
  const params = bytes.subarray(place.start, place.end);
  const members = membersOf(params);
  if (!members) return null;
  const kept = [...members].filter(([key]) => !OURS.has(key));
  const text = kept.map(([key, { start, end }]) => `${JSON.stringify(key)}:${params.toString('utf8', start, end)}`).join();
  const bare = Buffer.concat([bytes.subarray(0, place.start), Buffer.from(`{${text}}`), bytes.subarray(place.end)]);
  const read = readMessage(bare.toString('utf8'));
  return read.ok ? { ...call, bytes: bare, message: read.message, source: read.source } : null;
}
