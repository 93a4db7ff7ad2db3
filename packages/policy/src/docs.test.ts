/** Every example of docs/policy-language.md, run. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { PolicyCall } from './call.ts';
import { compilePolicy } from './compile.ts';
import { decide, decideMethod, lists } from './decide.ts';
import { DECISION_CODES, type PolicyCharge } from './decision.ts';
import { isObject } from './json.ts';
import { describeMicros } from './micros.ts';
import { OPERATORS } from './operator.ts';
import { readPolicy } from './read.ts';
import { MAX_PATTERNS } from './regex-count.ts';
import { MAX_NESTING } from './source-text.ts';
import { MAX_STEPS } from './value-path.ts';
import { DECISION_WORK, SHADOW_WORK } from './work.ts';
import {
  MAX_LIST,
  MAX_STARRED,
  MAX_TOOLS,
  WrittenApproval,
  WrittenConcurrency,
  WrittenCondition,
  WrittenCounterLimit,
  WrittenDocument,
  WrittenEntry,
  WrittenRule,
} from './written.ts';

type Row = Record<string, string>;
interface Example {
  heading: string;
  line: number;
  source: string;
  tables: Row[][];
}

const KINDS = ['call', 'method', 'error at'];
/** Of two old spellings one example is enough. */
const ONLY_EXPLAINED = new Set(['increment_from']);

const lines = readFileSync(new URL('../../../docs/policy-language.md', import.meta.url), 'utf8').split('\n');
const examples = readExamples();

describe('each document of docs/policy-language.md', () => {
  test.each(examples)('$heading (line $line) is followed by what it does', ({ tables }) => {
    expect(tables.flat().filter((row) => KINDS.some((kind) => kind in row)).length).toBeGreaterThan(0);
  });

  test.each(examples)('$heading (line $line) is read as it says', ({ source, tables }) => {
    const read = readPolicy(source);
    const errors = rowsOf(tables, 'error at');
    expect(read.ok ? [] : read.errors.map(({ pointer, message }) => [pointer, message])).toEqual(placed(errors, 'error at'));
    if (!read.ok) return;
    expect(read.conversions.map(({ pointer, message }) => [pointer, message])).toEqual(placed(rowsOf(tables, 'converted'), 'converted'));
  });
});

const calls = examples.flatMap(({ source, tables, ...at }) =>
  rowsOf(tables, 'call').map((row) => ({ ...at, source, row, call: row.call })),
);
test.each(calls)('$heading (line $line): $call', ({ source, row }) => {
  const policy = compiled(source);
  const call = callOf(row);
  const decision = decide(policy, call);
  expect(`${decision.effect} ${decision.code}`).toBe(plain(row.decision));
  if ('rule' in row) expect(decision.rule ?? '').toBe(plain(row.rule));
  if (row.listed) expect(lists(policy, call.tool, call.paused) ? 'yes' : 'no').toBe(row.listed);
  if (row.message) expect(decision.message).toBe(row.message);
  if ('shadow' in row) expect(decision.shadow ? `${decision.shadow.effect} ${decision.shadow.code}` : '').toBe(plain(row.shadow));
  if ('takes' in row) expect(takes(decision.charges)).toBe(plain(row.takes));
  if ('would take' in row) expect(takes(decision.shadowCharges ?? [])).toBe(plain(row['would take']));
  if ('given back on' in row) expect(decision.charges.flatMap(({ refundOn }) => refundOn).join(', ')).toBe(plain(row['given back on']));
  if ('at once' in row) expect(decision.leases.map(({ max, scope }) => `${max} per ${scope}`).join(', ')).toBe(row['at once']);
});

const takes = (charges: readonly PolicyCharge[]) =>
  charges.map((charge) => `${charge.counter} ${describeMicros(charge.amountMicros)}`).join(', ');

const methods = examples.flatMap(({ source, tables }) => rowsOf(tables, 'method').map((row) => ({ source, row, method: row.method })));
test.each(methods)('the method $method', ({ source, row }) => {
  expect(decideMethod(compiled(source), plain(row.method))).toBe(row.decision);
});

describe('the reference is complete', () => {
  const text = lines.join('\n');
  const used = new Set<string>();
  const operators = new Set<string>();
  for (const { source } of examples) collect(JSON.parse(source), used, operators);

  test.each(OPERATORS)('an example uses the operator %s', (op) => expect(operators).toContain(op));

  const schemas = [WrittenDocument, WrittenRule, WrittenEntry, WrittenApproval, WrittenCondition, WrittenCounterLimit, WrittenConcurrency];
  test.each([...new Set(schemas.flatMap((schema) => Object.keys(schema.shape)))])(
    'the key %s is explained, and used in an example',
    (key) => {
      expect([`\`${key}\``, `"${key}"`].some((quoted) => text.includes(quoted))).toBe(true);
      if (!ONLY_EXPLAINED.has(key)) expect(used).toContain(key);
    },
  );

  test.each(DECISION_CODES)('the code %s is explained', (code) => {
    expect(lines.some((line) => /^\| \d+ \|/.test(line) && line.includes(`\`${code}\``))).toBe(true);
  });

  test('the sizes are those of the reader', () => {
    expect(lines).toContain(`| a document | 1 MiB, nested ${MAX_NESTING} deep |`);
    expect(lines).toContain(`| entries under \`tools\` | ${MAX_TOOLS} |`);
    expect(lines.some((line) => line.startsWith('| entries of `hide`') && line.endsWith(` each | ${MAX_LIST} |`))).toBe(true);
    expect(lines).toContain(`| entries of a list in the \`value\` of a condition | ${MAX_LIST} |`);
    expect(lines).toContain(`| steps of a path | ${MAX_STEPS} |`);
    expect(lines).toContain(`| names under \`tools\` with more than one \`*\` | ${MAX_STARRED} |`);
    expect(text).toContain(`may take ${DECISION_WORK} steps of work`);
    expect(text).toContain(`shadow have ${SHADOW_WORK} steps`);
    expect(lines).toContain(`| different regular expressions in a document | ${MAX_PATTERNS} |`);
  });

  test('each link within the page has its heading', () => {
    const headings = lines.filter((line) => /^#+ /.test(line)).map(slug);
    for (const [, target] of text.matchAll(/\]\(#([^)]+)\)/g)) expect(headings).toContain(target);
  });
});

function readExamples(): Example[] {
  const found: Example[] = [];
  let heading = '';
  let open: Example | null = null;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    if (line.startsWith('#')) {
      heading = line.replace(/^#+ /, '');
      open = null;
    } else if (line === '```json') {
      const end = lines.indexOf('```', index);
      open = { heading, line: index + 1, source: lines.slice(index + 1, end).join('\n'), tables: [] };
      found.push(open);
      index = end;
    } else if (line.startsWith('|') && open) {
      const end = lines.findIndex((later, at) => at > index && !later.startsWith('|'));
      open.tables.push(readTable(lines.slice(index, end)));
      index = end - 1;
    }
  }
  return found;
}

function readTable([head = '', , ...body]: string[]): Row[] {
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const names = cells(head);
  return body.map((line) => Object.fromEntries(cells(line).map((cell, index) => [names[index] ?? `column ${index}`, cell])));
}

function rowsOf(tables: Row[][], column: string): Row[] {
  return tables.flat().filter((row) => column in row);
}

function placed(rows: Row[], column: string): string[][] {
  return rows.map((row) => [plain(row[column]), row.message ?? '']);
}

function plain(cell = ''): string {
  return cell.replaceAll('`', '');
}

function slug(heading: string): string {
  const text = heading.replace(/^#+ /, '').toLowerCase();
  return text.replace(/[^a-z0-9_ -]/g, '').replaceAll(' ', '-');
}

function compiled(source: string) {
  const read = readPolicy(source);
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  return compilePolicy(read.document);
}

function callOf({ call = '', when = '' }: Row): PolicyCall {
  const [, name, args] = /^`([^ ]+) (.*)`$/.exec(call) ?? [];
  if (name === undefined || args === undefined) throw new Error(`This is no call: ${call}`);
  const known = (when === '' ? {} : JSON.parse(plain(when))) as Partial<PolicyCall> &
    Pick<PolicyCall['tool'], 'state'> & { times?: number };
  return {
    tool: { name, category: 'Write', risk: 'Medium', annotations: {}, state: known.state ?? 'active', ...known.tool },
    args: repeated(JSON.parse(args), known.times ?? 1),
    grant: { label: 'agent-1', tags: ['agent'], ...known.grant },
    client: known.client ?? { name: 'a client' },
    paused: known.paused ?? null,
  };
}

/** Lists so many times as long. */
function repeated(args: Record<string, unknown>, times: number): unknown {
  const longer = (value: unknown) => (Array.isArray(value) ? Array.from({ length: times }, () => value).flat() : value);
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [key, longer(value)]));
}

/** The keys and operators that a document uses. */
function collect(value: unknown, keys: Set<string>, operators: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collect(item, keys, operators);
  if (!isObject(value)) return;
  if (typeof value.op === 'string') operators.add(value.op);
  for (const [key, item] of Object.entries(value)) {
    keys.add(key);
    collect(item, keys, operators);
  }
}
