/**
 * JSON with keys sorted by UTF-16 code units and no space (as RFC 8785): one text for equal values. What is undefined is left out.
 * Written for speed: every event passes through it when it is chained.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) {
    let text = '[';
    for (let i = 0; i < value.length; i++) text += (i > 0 ? ',' : '') + canonicalJson(value[i] ?? null);
    return `${text}]`;
  }
  let text = '{';
  for (const key of sortedKeys(value)) {
    const item = (value as Record<string, unknown>)[key];
    if (item !== undefined) text += `${text.length > 1 ? ',' : ''}${quoted(key)}:${canonicalJson(item)}`;
  }
  return `${text}}`;
}

const PLAIN = /^[ !#-[\]-~]*$/;
const SHORT = 200;

/** JSON.stringify has a price per call that short plain texts need not pay. */
function quoted(text: string): string {
  return text.length < SHORT && PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

const FEW = 20;

/** Few keys, which are sorted already or nearly so, are put in order faster than by Array.sort. */
function sortedKeys(value: object): string[] {
  const keys = Object.keys(value);
  if (keys.length > FEW) return keys.sort();
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i] as string;
    let at = i;
    for (; at > 0 && (keys[at - 1] as string) > key; at--) keys[at] = keys[at - 1] as string;
    keys[at] = key;
  }
  return keys;
}
