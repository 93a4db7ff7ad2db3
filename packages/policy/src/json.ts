import { spend, type Work } from './work.ts';

/** A value that JSON can hold. Objects that this package makes have no prototype, so that `__proto__` is a name like any other. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An own property; what a prototype offers is never read. */
export function ownValue(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Structural equality of JSON values; key order does not matter, numbers are compared as numbers. Null: the work is spent. */
export function sameJson(a: unknown, b: unknown, work: Work = { left: Number.POSITIVE_INFINITY }): boolean | null {
  if (!spend(work, typeof a === 'string' ? 1 + a.length / COMPARED_AT_ONCE : 1)) return null;
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && allSame(a.keys(), a, b, work);
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(b);
  // The names of the first are counted last: they may be many, and mostly there is no need.
  const same = keys.every((key) => Object.hasOwn(a, key)) && allSame(keys, a, b, work);
  if (same !== true) return same;
  const others = countKeys(a);
  return spend(work, others) ? others === keys.length : null;
}

/** Keys of large objects: listing them takes long, and many conditions may ask for the same. */
const counted = new WeakMap<object, number>();
const LARGE = 1_000;

function countKeys(object: object): number {
  const known = counted.get(object);
  if (known !== undefined) return known;
  const count = Object.keys(object).length;
  if (count > LARGE) counted.set(object, count);
  return count;
}

/** Characters that are compared in about the time of a step. */
const COMPARED_AT_ONCE = 256;

// biome-ignore lint/suspicious/noExplicitAny: an index into a list or a key of an object
function allSame(keys: Iterable<any>, a: any, b: any, work: Work): boolean | null {
  for (const key of keys) {
    const same = sameJson(a[key], b[key], work);
    if (same !== true) return same;
  }
  return true;
}
