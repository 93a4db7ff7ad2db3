import { isRawNumber, parseExact } from './exact-json.ts';

/** What one argument was, and what it is now: JSON as written, or null where there was or is none. */
export interface Difference {
  /** `size`, `images[0].url`: where it is. */
  path: string;
  before: string | null;
  after: string | null;
}

const MOST = 200;

/** Every value in which the second arguments differ from the first. */
export function differences(before: string, after: string): Difference[] {
  const found: Difference[] = [];
  compare('', parseExact(before), parseExact(after), found);
  return found;
}

function compare(path: string, before: unknown, after: unknown, found: Difference[]): void {
  if (found.length >= MOST) return;
  if (isTree(before) && isTree(after) && Array.isArray(before) === Array.isArray(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    for (const key of keys) compare(pathTo(path, key, Array.isArray(after)), own(before, key), own(after, key), found);
    return;
  }
  const [was, is] = [textOf(before), textOf(after)];
  if (was !== is) found.push({ path, before: was, after: is });
}

const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !isRawNumber(value);

const own = (tree: Record<string, unknown>, key: string): unknown => (Object.hasOwn(tree, key) ? tree[key] : undefined);

const textOf = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

function pathTo(path: string, key: string, isList: boolean): string {
  if (isList) return `${path}[${key}]`;
  if (/^[A-Za-z_$][\w$-]*$/.test(key)) return path === '' ? key : `${path}.${key}`;
  return `${path}[${JSON.stringify(key)}]`;
}
