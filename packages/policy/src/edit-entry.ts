import { addTo, listOf, readPlace, setMembers, setPlace } from './edit-place.ts';
import { isObject } from './json.ts';
import type { Operator } from './operator.ts';

/** A condition as the language writes it. */
export interface ConditionText {
  path: string;
  op: Operator;
  value?: unknown;
  match?: 'every' | 'some' | undefined;
}

export type EntryList = 'require' | 'deny_if' | 'approve_if';

/** Adds an entry to a rule. No conditions: it always holds. */
export function addEntry(source: string, rule: string, list: EntryList, conditions: ConditionText[]): string {
  return addTo(source, `${rule}/${list}`, { conditions });
}

/** Of an entry: what the caller is told, and for approvals how long a person has (`"10m"`) and how many are needed. Undefined takes it away. */
export function setEntry(
  source: string,
  entry: string,
  changes: { message?: string | undefined; timeout?: string; approvals?: number; exclude_requester?: true | undefined },
): string {
  const messageKey = listOf(entry).key === 'approve_if' ? 'message' : 'on_deny';
  const { message, ...others } = changes;
  return setMembers(asEntry(source, entry), entry, 'message' in changes ? { ...others, [messageKey]: message || undefined } : others);
}

/** Takes an entry away, and the list with its last one. */
export const removeEntry = (source: string, entry: string): string => setPlace(source, entry, undefined);

export function addCondition(source: string, entry: string, condition: ConditionText): string {
  return addTo(asEntry(source, entry), `${entry}/conditions`, condition);
}

/** `condition`: its pointer; what is undefined in `text` is taken away. */
export function setCondition(source: string, condition: string, { path, op, value, match }: ConditionText): string {
  return setMembers(source, condition, { path, op, value, match });
}

/** The last condition takes its entry with it: an entry without conditions always holds, which nobody asked for. */
export function removeCondition(source: string, condition: string): string {
  const { pointer: list, key } = listOf(condition);
  // A condition that stands in the list itself is its entry.
  if (key !== 'conditions') return removeEntry(source, condition);
  const conditions = readPlace(source, list);
  return Array.isArray(conditions) && conditions.length === 1
    ? removeEntry(source, listOf(list).pointer)
    : setPlace(source, condition, undefined);
}

/** A condition that stands for an entry becomes one, so that more can be said. */
function asEntry(source: string, entry: string): string {
  const written = readPlace(source, entry);
  return isObject(written) && !Object.hasOwn(written, 'conditions') ? setPlace(source, entry, { conditions: [written] }) : source;
}
