/**
 * About how many microseconds compiling a pattern takes at most, found without compiling it: each character, each repetition written out,
 * and what is dear in RE2: Unicode classes, and the case folding of classes and wide ranges.
 */
export function regexCost(pattern: string): number {
  const folds = /\(\?[a-zA-Z]*i/.test(pattern);
  const count = (what: RegExp) => pattern.match(what)?.length ?? 0;
  const wide = folds && /[^\u0020-\u007e]|\\[xpP]/.test(pattern);
  return (
    60 +
    pattern.length +
    writtenOutLength(pattern) / 2 +
    count(/\\[pP]/g) * (folds ? 500 : 30) +
    (folds ? count(/\\[wWdDsS]/g) * 45 + count(/\[/g) * 60 : 0) +
    (wide ? count(/-/g) * 7_000 : 0)
  );
}

const TOKEN = /\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()]|\{(\d+)(?:,(\d*))?\}|./gsu;

/** How many single steps a pattern has when its counted repetitions are written out. */
function writtenOutLength(pattern: string): number {
  const open: number[] = [];
  let total = 0;
  let last = 0;
  for (const [token, least, most] of pattern.matchAll(TOKEN)) {
    if (token === '(') {
      open.push(total);
      total = 0;
      last = 0;
    } else if (token === ')') {
      last = total + 1;
      total = (open.pop() ?? 0) + last;
    } else if (least !== undefined) {
      const times = Math.max(Number(least), Number(most || 0), 1);
      total += last * (times - 1);
      last *= times;
    } else {
      total += 1;
      last = 1;
    }
  }
  return total;
}
