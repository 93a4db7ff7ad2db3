/**
 * JSON text that PostgreSQL can hold as jsonb and text: a NUL or half a surrogate pair becomes U+FFFD. What callers send
 * (tool names, client names) may hold either, and one such string must not make the audit log refuse the rest of a batch.
 */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value);
  // Both are written as escapes by JSON.stringify, so that their absence is cheap to see.
  return text.includes('\\u0000') || text.includes('\\ud') ? JSON.stringify(storable(value)) : text;
}

/** The same value with every string in it, keys included, made storable. */
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(storable);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [storableText(key), storable(item)]));
}

function storableText(text: string): string {
  return text.replace(LONE_SURROGATE, '\ufffd').replaceAll('\0', '\ufffd');
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
