/** JSON with sorted keys and no spaces: equal values have one spelling. Only for JSON values of bounded depth. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}

/** Whether a JSON value is nested at most this deep; looks without recursion, so that a hostile one cannot exhaust the stack. */
export function isAtMostDeep(value: unknown, depth: number): boolean {
  let level: unknown[] = [value];
  for (let left = depth; level.length > 0; left--) {
    const next = level.flatMap((item) => (item !== null && typeof item === 'object' ? Object.values(item) : []));
    if (left < 0) return false;
    level = next;
  }
  return true;
}
