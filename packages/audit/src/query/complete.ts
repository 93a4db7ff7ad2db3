/** What may come next where somebody types. */
import { ARGUMENT_PREFIX, AUDIT_FIELDS, type AuditField, FIELD_ENTRIES, isAuditField } from './fields.ts';
import { printPattern } from './print.ts';
import { splitWords } from './words.ts';

/** Values that occur in the log, the most frequent first; `null` for how often: not known. */
export type SeenValues = Partial<Record<AuditField, readonly SeenValue[]>> & { argumentNames?: readonly string[] };
export interface SeenValue {
  value: string;
  count: number | null;
  /** What people call it, where the value is an id. */
  label?: string;
}

export interface Completion {
  /** The part of the text that it replaces. */
  from: number;
  to: number;
  options: CompletionOption[];
}

export interface CompletionOption {
  insert: string;
  label: string;
  /** At the side: what it is, or how often it occurs. */
  detail: string;
  /** Another word does not follow yet: the value comes next. */
  open: boolean;
}

const MOST_OPTIONS = 12;
const AGES = ['15m', '1h', '6h', '24h', '7d', '30d'];

/** @param caret where the next letter would go, in UTF-16 code units */
export function completeQuery(text: string, caret: number, seen: SeenValues): Completion {
  const word = splitWords(text.slice(0, caret)).at(-1);
  const inWord = word !== undefined && word.offset + word.text.length === caret;
  const given = inWord ? word.text : '';
  const start = inWord ? word.offset : caret;
  const negated = given.startsWith('-');
  const body = negated ? given.slice(1) : given;
  const end = caret + (/^[^\s,]*/.exec(text.slice(caret))?.[0].length ?? 0);
  const colon = body.indexOf(':');
  if (colon === -1) return { from: start + (negated ? 1 : 0), to: end, options: fieldOptions(body.toLowerCase(), seen) };
  const field = body.slice(0, colon).toLowerCase();
  if (!isAuditField(field)) return { from: caret, to: caret, options: [] };
  const list = body.slice(colon + 1);
  const last = list.slice(list.lastIndexOf(',') + 1);
  return { from: caret - last.length, to: end, options: valueOptions(field, last, list, seen) };
}

function fieldOptions(typed: string, seen: SeenValues): CompletionOption[] {
  const fields = AUDIT_FIELDS.filter((field) => field.startsWith(typed)).map((field) => ({
    insert: `${field}:`,
    label: `${field}:`,
    detail: FIELD_ENTRIES[field].about,
    open: true,
  }));
  const wanted = typed.startsWith(ARGUMENT_PREFIX) ? typed.slice(ARGUMENT_PREFIX.length) : null;
  const named = typed === '' || (wanted === null && !ARGUMENT_PREFIX.startsWith(typed)) ? [] : (seen.argumentNames ?? []);
  const args = named
    .filter((name) => /^[\w.$-]+$/.test(name) && name.toLowerCase().startsWith(wanted ?? ''))
    .map((name) => ({
      insert: `${ARGUMENT_PREFIX}${name}`,
      label: `${ARGUMENT_PREFIX}${name}`,
      detail: 'Calls with this argument',
      open: false,
    }));
  return [...fields, ...args].slice(0, typed === '' ? AUDIT_FIELDS.length : MOST_OPTIONS);
}

function valueOptions(field: AuditField, typed: string, list: string, seen: SeenValues): CompletionOption[] {
  const { kind } = FIELD_ENTRIES[field];
  const chosen = new Set(list.split(',').slice(0, -1));
  const plain = typed.replaceAll('"', '').toLowerCase();
  const known: readonly SeenValue[] =
    kind.type === 'time'
      ? AGES.map((value) => ({ value, count: null }))
      : withEnum(seen[field] ?? [], kind.type === 'enum' ? kind.values : []);
  return known
    .map((one) => ({ ...one, insert: kind.type === 'text' || kind.type === 'enum' ? printPattern([one.value]) : one.value }))
    .filter(
      ({ value, insert, label }) => !chosen.has(insert) && (value.toLowerCase().includes(plain) || label?.toLowerCase().includes(plain)),
    )
    .sort((a, b) => Number(b.value.toLowerCase().startsWith(plain)) - Number(a.value.toLowerCase().startsWith(plain)))
    .slice(0, MOST_OPTIONS)
    .map(({ insert, value, label, count }) => ({
      insert,
      label: label ?? (value === '' ? 'none' : value),
      detail: count === null ? '' : String(count),
      open: false,
    }));
}

/** Those that were seen, then the others that there are. */
function withEnum(seen: readonly SeenValue[], values: readonly string[]): SeenValue[] {
  const known = new Set(seen.map(({ value }) => value));
  return [...seen, ...values.filter((value) => !known.has(value)).map((value) => ({ value, count: null }))];
}
