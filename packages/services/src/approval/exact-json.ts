/** JSON as it was written, as far as it means something: numbers keep every digit, which a double would lose and the server would not. */

interface ExactJson {
  rawJSON(text: string): object;
  isRawJSON(value: unknown): value is { rawJSON: string };
  parse(text: string, reviver: (key: string, value: unknown, context: { source: string }) => unknown): unknown;
}
// Standard since ECMAScript 2026; not among the types yet.
const exact = JSON as unknown as ExactJson;

/** A value whose numbers are raw: `rawJSON` holds their text. Throws when the text is no JSON. */
export function parseExact(text: string): unknown {
  return exact.parse(text, (_, value, { source }) => (typeof value === 'number' ? exact.rawJSON(source) : value));
}

export const isRawNumber = (value: unknown): value is { rawJSON: string } => exact.isRawJSON(value);

/** One text for equal values: keys sorted, no spaces, numbers as they were written. */
export function canonicalExact(text: string): string {
  return write(parseExact(text));
}

/** Indented, for people; keys in the order of the text. */
export function prettyExact(text: string): string {
  return JSON.stringify(parseExact(text), null, 2);
}

function write(value: unknown): string {
  if (isRawNumber(value)) return value.rawJSON;
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${write(item)}`).join(',')}}`;
}
