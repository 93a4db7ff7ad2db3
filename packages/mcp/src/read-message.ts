/** A body as text, read once: what the policy judges, and where it stands in the bytes that are forwarded. */
import type { Place } from './envelope-keys.ts';
import type { FaultCode } from './errors.ts';
import { classifyMessage, type Message, type MessageId, type MessageProblem } from './message.ts';
import { type JsonProblem, type Member, readStrictJson } from './strict-json.ts';

export interface MessageSource {
  text: string;
  members: readonly Member[];
}

/** A refusal is answered with the fault's status, which is 400 for every problem, and `message`. */
export type ReadMessage =
  | { ok: true; message: Message; source: MessageSource }
  | { ok: false; fault: FaultCode; problem: JsonProblem | MessageProblem; message: string; id: MessageId | null };

/** Reads a decoded body. The text must come from a fatal UTF-8 decoder that keeps a BOM. */
export function readMessage(text: string): ReadMessage {
  const json = readStrictJson(text);
  if (!json.ok) return { ok: false, fault: faultOf(json.problem), problem: json.problem, message: json.message, id: null };
  const classified = classifyMessage(json.value);
  if (classified.ok) return { ok: true, message: classified.message, source: { text, members: json.members } };
  const { problem, message, id } = classified;
  return { ok: false, fault: faultOf(problem), problem, message, id };
}

/** How a body is refused that cannot be acted on. */
export function faultOf(problem: JsonProblem | MessageProblem): FaultCode {
  switch (problem) {
    case 'batch':
    case 'not_a_message':
    case 'tool_call_without_id':
    case 'unsafe_id':
      return 'invalid_request';
    case 'invalid_params':
      return 'invalid_params';
    default:
      return 'parse_error';
  }
}

export interface Replacement {
  place: Place;
  key: string;
  /** Anything that JSON.stringify writes. */
  value: unknown;
}

/**
 * The text with other values at these members, and every other character as it was: numbers that a double cannot hold stay what they are.
 * Throws when the message has no such member, or when one stands within another.
 */
export function replaceMembers({ text, members }: MessageSource, replacements: readonly Replacement[]): string {
  const edits = replacements
    .map(({ place, key, value }) => ({ ...memberAt(members, place, key), json: JSON.stringify(value) }))
    .sort((a, b) => a.start - b.start);
  let replaced = '';
  let from = 0;
  for (const { start, end, json } of edits) {
    if (start < from) throw new Error('Two replacements overlap.');
    replaced += text.slice(from, start) + json;
    from = end;
  }
  return replaced + text.slice(from);
}

/** The member's value as it was written; null when it is absent. */
export function memberText({ text, members }: MessageSource, place: Place, key: string): string | null {
  const member = members.find((each) => each.place === place && each.key === key);
  return member ? text.slice(member.start, member.end) : null;
}

function memberAt(members: readonly Member[], place: Place, key: string): Member {
  const member = members.find((each) => each.place === place && each.key === key);
  if (!member) throw new Error(`The message has no ${key} in its ${place}.`);
  return member;
}
