/** What of a call's arguments is in the audit log: their names, and an HMAC by which equal arguments are recognised. Never a value. */
import { createHmac, type KeyObject } from 'node:crypto';
import { argumentMarkText, MARK_DIGITS } from '@toolgate/audit/argument-mark';
import { redact } from '@toolgate/audit/redact';

const MAX_KEYS = 64;
const MAX_KEY_LENGTH = 128;

export interface ArgumentDigest {
  argumentKeys: string[];
  argumentsHmac?: string;
}

/** @param key of the organization; without it there is no HMAC. */
export function argumentDigest(args: Record<string, unknown>, key: KeyObject | null): ArgumentDigest {
  const argumentKeys = Object.keys(args)
    .sort()
    .slice(0, MAX_KEYS)
    .map((name) => name.slice(0, MAX_KEY_LENGTH));
  return key ? { argumentKeys, argumentsHmac: createHmac('sha256', key).update(canonicalJson(args)).digest('hex') } : { argumentKeys };
}

/** A mark of each plain value, for a server that captures arguments: by it equal values are found without being in the log. */
export function argumentMarks(args: Record<string, unknown>, key: KeyObject | null): Record<string, string> | undefined {
  if (!key) return undefined;
  const marks: [string, string][] = [];
  for (const [name, value] of Object.entries(args)) {
    // What looks like a secret has none: whoever may ask could guess it.
    const plain = marks.length < MAX_KEYS && name.length <= MAX_KEY_LENGTH && redact({ [name]: value }).redacted === 0;
    const text = plain ? argumentMarkText(name, value) : null;
    if (text !== null) marks.push([name, createHmac('sha256', key).update(text).digest('hex').slice(0, MARK_DIGITS)]);
  }
  return Object.fromEntries(marks);
}

/** JSON with sorted keys and no space: one text for equal values. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join()}}`;
}
