/** A second, naive reader, unlike ours and unlike V8: the first of equal keys wins, and keys of the envelope are found whatever their case. */
export function readLaxly(text: string): unknown {
  let i = 0;
  const space = () => {
    while (/\s/.test(text[i] ?? '')) i++;
  };
  const string = (): string => {
    const start = i++;
    while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
    const read: string = JSON.parse(text.slice(start, ++i));
    // Some put U+FFFD in its place, some refuse.
    if (/\p{Surrogate}/u.test(read)) throw new Error('A string that readers do not agree on.');
    return read;
  };
  const value = (depth: number): unknown => {
    space();
    if (text[i] === '"') return string();
    if (text[i] === '{' || text[i] === '[') return container(depth);
    const start = i;
    while (/[^\s,\]}]/.test(text[i] ?? ' ')) i++;
    return JSON.parse(text.slice(start, i));
  };
  const container = (depth: number): unknown => {
    const [object, close] = text[i++] === '{' ? [true, '}'] : [false, ']'];
    const found: Record<string, unknown> = {};
    const items: unknown[] = [];
    for (space(); text[i] !== close; space()) {
      if (text[i] === ',') i++;
      space();
      if (!object) {
        items.push(value(depth + 1));
        continue;
      }
      const spelled = string();
      const key = depth < 2 ? spelled.toUpperCase().toLowerCase() : spelled;
      space();
      i++;
      const read = value(depth + 1);
      if (!Object.hasOwn(found, key)) found[key] = read;
    }
    i++;
    return object ? found : items;
  };
  return value(0);
}
