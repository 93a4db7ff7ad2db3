/** A call that waits for a person, as its caller reads it: what happens next, and where. */
import { declares } from './input-required.ts';
import type { JsonObject } from './is-object.ts';
import type { MessageId } from './message.ts';
import type { Era } from './versions.ts';

export interface Pending {
  code: string;
  message: string;
  /** RFC 6901 pointer into the policy version's source. */
  rule: string | null;
  policyVersion: number | null;
  requestId: string;
  approvalId: string;
  /** Where a person answers. */
  approvalUrl: string;
  /** ISO 8601: until when. */
  expiresAt: string;
  /** When it is worth making the same call again. */
  retryAfterMs: number;
}

/** A result with `isError`, so that nobody takes it for the tool's: one that has an output schema would not be valid either. */
export function pendingResponse(id: MessageId, pending: Pending, era: Era): string {
  const { message, ...decision } = pending;
  const next = `${message} A person has been asked: ${pending.approvalUrl} . To wait for the answer, make the very same call again; it passes once it is approved. The request ends at ${pending.expiresAt}.`;
  return result(id, era, `[APPROVAL PENDING] ${next}`, decision);
}

/** Nobody answered, or what was approved was not used: no denial, since nobody decided. */
export function expiredResponse(id: MessageId, pending: Pending, era: Era): string {
  const { message, ...decision } = pending;
  return result(id, era, `[APPROVAL EXPIRED] ${message}`, decision);
}

function result(id: MessageId, era: Era, text: string, decision: object): string {
  const type = era === 'stateless' ? { resultType: 'complete' } : {};
  const content = [{ type: 'text', text }];
  return JSON.stringify({ jsonrpc: '2.0', id, result: { ...type, content, isError: true, _meta: meta({ ...decision, retryable: true }) } });
}

const meta = (decision: object) => ({ 'toolgate/decision': decision });

/** Our name for the question among `inputRequests`. */
export const APPROVAL_INPUT = 'toolgate-approval';

/** How a client of 2026-07-28 can show a person where to answer: by opening the page, by a form that names it; null: not at all. */
export function approvalInputMode(clientCapabilities: JsonObject): 'url' | 'form' | null {
  if (declares(clientCapabilities, { elicitation: { url: {} } })) return 'url';
  return declares(clientCapabilities, { elicitation: { form: {} } }) ? 'form' : null;
}

/** `input_required` of our own (2026-07-28, "Multi Round-Trip Requests"): the client shows the page and repeats the call with `requestState`. */
export function approvalInputResponse(id: MessageId, pending: Pending, mode: 'url' | 'form', requestState: string): string {
  const { message, ...decision } = pending;
  const params =
    mode === 'url'
      ? { mode, message, url: pending.approvalUrl }
      : { mode, message: `${message} Answer at ${pending.approvalUrl}`, requestedSchema: { type: 'object', properties: {} } };
  const inputRequests = { [APPROVAL_INPUT]: { method: 'elicitation/create', params } };
  return JSON.stringify({
    jsonrpc: '2.0',
    id,
    result: { resultType: 'input_required', inputRequests, requestState, _meta: meta({ ...decision, retryable: true }) },
  });
}
