import type { PolicyLimit, PolicyRule, PolicyScope } from './document.ts';
import { addTo, setMembers, setPlace } from './edit-place.ts';
import { UNIT_MICROS } from './micros.ts';
import { readPolicy } from './read.ts';
import { writeWindow } from './window.ts';

/** What the builder changes of a limit, as the language writes it; null takes a member away. */
export interface LimitMembers {
  counter?: string;
  window?: string | number;
  max?: number;
  scope?: PolicyScope;
  by?: string | null;
  on_unavailable?: 'deny' | 'allow';
  refund_on?: 'tool_error'[];
}

/** Adds a limit to a rule. */
export function addLimit(
  source: string,
  rule: string,
  limit: Required<Pick<LimitMembers, 'counter' | 'window' | 'max'>> & { scope: PolicyScope },
): string {
  return addTo(source, `${rule}/limits`, limit);
}

/** Adds a limit of calls in flight to a rule. */
export function addConcurrency(source: string, rule: string, limit: { concurrency: number; scope: PolicyScope }): string {
  return addTo(source, `${rule}/limits`, limit);
}

/** Changes a limit in its place; an older `rate_limit` becomes an entry of `limits`, where all of this can be said. */
export function setLimit(source: string, rule: PolicyRule, limit: PolicyLimit, changes: LimitMembers): string {
  const members: Record<string, unknown> = { ...changes };
  if (changes.by !== undefined)
    Object.assign(members, { by: changes.by ?? undefined, incrementFrom: undefined, increment_from: undefined });
  // What is the default anyway need not be written.
  if (changes.on_unavailable === 'deny') members.on_unavailable = undefined;
  if (changes.refund_on?.length === 0) members.refund_on = undefined;
  if (!limit.pointer.endsWith('/rate_limit')) return setMembers(source, limit.pointer, members);
  const { counter, windowMs, maxMicros, scope } = limit;
  const written = { counter, window: writeWindow(windowMs), max: maxMicros / UNIT_MICROS, scope };
  const without = setPlace(source, limit.pointer, undefined);
  return addTo(
    without,
    `${rule.pointer}/limits`,
    Object.fromEntries(Object.entries({ ...written, ...members }).filter(([, value]) => value !== undefined)),
  );
}

export function setConcurrency(source: string, pointer: string, changes: { concurrency?: number; scope?: PolicyScope }): string {
  return setMembers(source, pointer, changes);
}

/** Takes a limit of either kind away, and the list with its last one. */
export const removeLimit = (source: string, pointer: string): string => setPlace(source, pointer, undefined);

/** A counter's name that no other limit of the document uses. */
export function freeCounter(source: string, wanted: string): string {
  const read = readPolicy(source);
  const rules = read.ok ? [...read.document.tools.values(), ...(read.document.allTools ? [read.document.allTools] : [])] : [];
  const taken = new Set(rules.flatMap((rule) => rule.limits.map(({ counter }) => counter)));
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted.slice(0, 120)}_${number}`;
    if (!taken.has(name)) return name;
  }
}
