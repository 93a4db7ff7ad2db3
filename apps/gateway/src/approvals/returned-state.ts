/** What a client of 2026-07-28 brings back of ours with its answers: where its person was to answer, or which approved call goes on. */
import { isObject } from '@toolgate/mcp/is-object';
import { APPROVAL_INPUT } from '@toolgate/mcp/pending';
import { memberText, readMessage } from '@toolgate/mcp/read-message';
import { callHash } from '@toolgate/services/approval/call-hash';
import type { Gateway } from '../gateway.ts';
import { type Resolved, rejected, type Staged } from '../stages/call.ts';
import { membersOf } from '../upstream/envelope.ts';

export type ReturnedState =
  /** `accepted`: the person was shown the page, and did not turn away from it. */
  | { kind: 'shown'; approvalId: string; accepted: boolean }
  /** The server has asked for input within a call that a person approved; `requestId` is the request that used the approval. */
  | { kind: 'continues'; approvalId: string; requestId: string };

/** The call as the server is to see it. A state that was altered, or that belongs to another call, is refused. */
export function takeReturnedState(gateway: Gateway, call: Resolved): Staged<Resolved> & { returned?: ReturnedState } {
  const { message, era, organization } = call;
  if (era !== 'stateless' || message?.kind !== 'request' || message.tool === null) return { ok: true, call };
  const { requestState, inputResponses } = message.params;
  if (typeof requestState !== 'string') return { ok: true, call };
  const use = gateway.requestStates.openUse(organization.id, requestState);
  const state = use ?? gateway.requestStates.open(organization.id, requestState);
  if (state === null) return { ok: true, call };
  if (state === 'broken' || state.call !== stateCallHash(call))
    return rejected('invalid_params', 'params.requestState is not of this call.');
  const { approvalId } = state;
  if (use && use !== 'broken') {
    const theirs = use.theirs === null ? null : JSON.stringify(use.theirs);
    return restored(withParams(call, { requestState: theirs }), { kind: 'continues', approvalId, requestId: use.requestId });
  }
  const response = isObject(inputResponses) ? inputResponses[APPROVAL_INPUT] : undefined;
  const accepted = isObject(response) && response.action === 'accept';
  return restored(withParams(call, { requestState: null, inputResponses: null }), { kind: 'shown', approvalId, accepted });
}

const restored = (call: Resolved | null, returned: ReturnedState): Staged<Resolved> & { returned?: ReturnedState } =>
  call ? { ok: true, call, returned } : rejected('invalid_params', 'params cannot be read.');

/** What a state is bound to: an edit of the policy meanwhile is no mistake of the client. */
export function stateCallHash({ message, source, grant, server }: Pick<Resolved, 'message' | 'source' | 'grant' | 'server'>): string {
  const tool = message?.kind === 'request' ? (message.tool ?? '') : '';
  const bound = { grantId: grant.id, serverId: server.id, tool, toolHash: '', policyId: '', policyVersion: 0 };
  return callHash({ ...bound, argumentsText: argumentsOf(source) }).toString('hex');
}

/** The arguments as the client wrote them; absent ones are an empty object. @throws without the text, which no approval could then be bound to. */
export function argumentsOf(source: Resolved['source']): string {
  if (!source) throw new Error('An approval is bound to the text of its arguments, and there is none.');
  return memberText(source, 'params', 'arguments') ?? '{}';
}

/** @param changed by name: a value as JSON, or null for none. Every other byte of the params' values stays as it was. */
function withParams(call: Resolved, changed: Record<string, string | null>): Resolved | null {
  const { bytes, message } = call;
  const place = bytes && membersOf(bytes)?.get('params');
  if (!place || message?.kind !== 'request') return null;
  const params = bytes.subarray(place.start, place.end);
  const members = membersOf(params);
  if (!members) return null;
  const given = [...members].map(([key, { start, end }]): [string, string | null] => [key, params.toString('utf8', start, end)]);
  const kept = Object.entries({ ...Object.fromEntries(given), ...changed }).filter(([, value]) => value !== null);
  const text = kept.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join();
  const bare = Buffer.concat([bytes.subarray(0, place.start), Buffer.from(`{${text}}`), bytes.subarray(place.end)]);
  const read = readMessage(bare.toString('utf8'));
  return read.ok ? { ...call, bytes: bare, message: read.message, source: read.source } : null;
}
