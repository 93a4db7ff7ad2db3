import { describe, expect, it } from 'vitest';
import { compilePolicy } from './compile.ts';
import { decide } from './decide.ts';
import { readPolicy } from './read.ts';
import { regexCost } from './regex-cost.ts';
import { MAX_PATTERN_COST } from './regex-count.ts';
import { DECISION_WORK } from './work.ts';

/** Of this thread alone: how busy the machine is does not count. */
function cpuMs(run: () => void): number {
  const before = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

const documentOf = (patterns: string[]) =>
  JSON.stringify({
    version: '1',
    default: 'deny',
    tools: { t: { deny_if: patterns.map((value) => ({ path: 'args.a', op: 'regex', value })) } },
  });

/** As many different patterns as a document may hold. */
function asManyAsFit(make: (index: number) => string): string[] {
  const patterns: string[] = [];
  for (let cost = 0; patterns.length < 64; ) {
    const pattern = make(patterns.length);
    cost += regexCost(pattern);
    if (cost > MAX_PATTERN_COST) break;
    patterns.push(pattern);
  }
  return patterns;
}

/** No two of one test file are the same: what was compiled once is remembered. */
let serial = 0;
const harmless = () => {
  serial += 1;
  return `${'abcdefghij'.repeat(40)}${serial}`;
};

const random = (letters: string, length: number) =>
  Array.from({ length }, () => letters[Math.floor(Math.random() * letters.length)]).join('');

describe('hostile regular expressions', () => {
  it.each([
    ['Unicode classes', (i: number) => `${'\\pL'.repeat(150)}${i}`],
    ['negated Unicode classes', (i: number) => `${'[^\\pL]'.repeat(75)}${i}`],
    ['repetitions within repetitions', (i: number) => `((((a?){10}){10}){4})b${i}`],
    ['stars within stars', (i: number) => `${'('.repeat(150)}a${')*'.repeat(150)}${i}`],
    ['many branches', (i: number) => Array.from({ length: 90 }, (_, at) => `w${(at * i).toString(36)}`).join('|')],
    ['case folding of wide ranges', (i: number) => `(?i)[!-\uffff]x${i}`],
  ])('reading a document full of %s takes about what one of as many harmless ones takes, as both were estimated', (_, make) => {
    let [taken, expected] = [0, 0];
    for (let round = 0; round < 6; round++) {
      const [hostile, plain] = [documentOf(asManyAsFit((i) => make(100 * round + i + 1))), documentOf(asManyAsFit(harmless))];
      const [one, other] = [hostile, plain].map((source) => cpuMs(() => expect(readPolicy(source).ok).toBe(true))) as [number, number];
      // The first of each is spent on making the engine fast.
      if (round > 0) [taken, expected] = [taken + one, expected + other];
    }
    // Up to 3 times is usual; were Unicode classes or folded ranges estimated like letters, it would be more than 20 times.
    expect(taken / expected).toBeLessThan(10);
  });

  it.each([
    ['(a|b)*a(a|b){12}$', 44],
    ['(?:a|b)*a[ab]{200}$', 206],
    ['(x|\\pL){1,200}[0-9]$', 803],
    ['[ab]*a[ab]{400}$', 406],
  ])('deciding a call with %s on the longest text it may search ends, and on a longer one it is not begun', (pattern, instructions) => {
    const read = readPolicy(documentOf([pattern]));
    if (!read.ok) throw new Error(JSON.stringify(read.errors));
    const policy = compilePolicy(read.document);
    const tool = { name: 't', category: 'Read', risk: 'Low', annotations: {}, state: 'active' as const };
    const about = { tool, grant: { label: '', tags: [] }, client: { name: null }, paused: null };
    const longest = random('ab', Math.floor(DECISION_WORK / instructions) - 2);
    const judged = (text: string) => decide(policy, { ...about, args: { a: text } }).trace.find(({ step }) => step === 'deny_if')?.result;
    // It is about 30 ms; an engine that tries every way through these would never end.
    expect(cpuMs(() => expect(judged(longest)).not.toBe('unevaluable'))).toBeLessThan(1_000);
    expect(judged(longest.repeat(2))).toBe('unevaluable');
  });
});
