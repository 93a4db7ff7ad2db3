import { describe, expect, it } from 'vitest';
import { compilePolicy } from './compile.ts';
import { decide } from './decide.ts';
import { readPolicy } from './read.ts';
import { regexCost } from './regex-cost.ts';
import { MAX_PATTERN_COST } from './regex-count.ts';
import { DECISION_WORK } from './work.ts';

/** Of this thread alone, so that a busy machine does not count. The budgets are made for 50 ms; twice that is for slower ones. */
const MAX_CPU_MS = 100;

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
  ])('reading a document full of %s takes a bounded time', (_, make) => {
    readPolicy(documentOf(['^warm$']));
    const source = documentOf(asManyAsFit(make));
    expect(cpuMs(() => expect(readPolicy(source).ok).toBe(true))).toBeLessThan(MAX_CPU_MS);
  });

  it.each([
    ['(a|b)*a(a|b){12}$', 44],
    ['(?:a|b)*a[ab]{200}$', 206],
    ['(x|\\pL){1,200}[0-9]$', 803],
    ['[ab]*a[ab]{400}$', 406],
  ])('deciding a call with %s on the longest text it may search takes a bounded time', (pattern, instructions) => {
    const read = readPolicy(documentOf([pattern]));
    if (!read.ok) throw new Error(JSON.stringify(read.errors));
    const policy = compilePolicy(read.document);
    const tool = { name: 't', category: 'Read', risk: 'Low', annotations: {}, state: 'active' as const };
    const about = { tool, grant: { label: '', tags: [] }, client: { name: null }, paused: null };
    const longest = random('ab', Math.floor(DECISION_WORK / instructions) - 2);
    const judged = (text: string) => decide(policy, { ...about, args: { a: text } }).trace.find(({ step }) => step === 'deny_if')?.result;
    expect(cpuMs(() => expect(judged(longest)).not.toBe('unevaluable'))).toBeLessThan(MAX_CPU_MS);
    expect(judged(longest.repeat(2))).toBe('unevaluable');
  });
});
