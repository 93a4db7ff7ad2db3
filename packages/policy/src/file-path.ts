/** A path without `.` and `..`. `up`: how many levels a relative path climbs above where it starts. */
export interface FilePath {
  absolute: boolean;
  up: number;
  segments: string[];
}

/** Null: a spelling that programs read differently (backslash, NUL, `~`), so that it cannot be judged. */
export function normalFilePath(text: string): FilePath | null {
  if (text === '' || text.startsWith('~') || text.includes('\\') || text.includes('\0')) return null;
  const path: FilePath = { absolute: text.startsWith('/'), up: 0, segments: [] };
  for (const segment of text.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') path.segments.push(segment);
    else if (path.segments.length > 0) path.segments.pop();
    else if (!path.absolute) path.up += 1;
  }
  return path;
}

/** Whether a path is the root or below it; null when that depends on where the program stands. */
export function isWithin(path: FilePath, root: FilePath): boolean | null {
  if (path.absolute !== root.absolute || path.up > root.up) return null;
  if (path.up < root.up) return path.segments.length === 0 && root.segments.length === 0 ? true : null;
  return root.segments.every((segment, index) => path.segments[index] === segment);
}
