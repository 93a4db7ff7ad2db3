/** Whether a name under `tools`, `hide` or `methods` is a glob. */
export const isGlob = (pattern: string): boolean => pattern.includes('*');

/** How specific a glob is: its literal characters (code points), without the stars. */
export function literalCharacters(pattern: string): number {
  return [...pattern.replaceAll('*', '')].length;
}

/** A matcher for a name or glob; `*` stands for any run of characters. Leftmost search part by part, so it never backtracks. */
export function compileGlob(pattern: string): (name: string) => boolean {
  if (!isGlob(pattern)) return (name) => name === pattern;
  const parts = pattern.split('*');
  const first = parts[0]!;
  const last = parts.at(-1)!;
  const middle = parts.slice(1, -1).filter((part) => part !== '');
  return (name) => {
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
    const end = name.length - last.length;
    let from = first.length;
    for (const part of middle) {
      const at = name.indexOf(part, from);
      if (at < 0 || at + part.length > end) return false;
      from = at + part.length;
    }
    return true;
  };
}
