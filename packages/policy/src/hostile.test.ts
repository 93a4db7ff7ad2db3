/** Documents and arguments that are made to mislead, or to cost. What they cost is measured in steps of work wherever it can be. */
import { describe, expect, it } from 'vitest';
import type { PolicyCall } from './call.ts';
import { type CompiledPolicy, compilePolicy } from './compile.ts';
import { decide, lists } from './decide.ts';
import { compileGlob } from './glob.ts';
import { lintPolicy } from './lint.ts';
import type { Operator } from './operator.ts';
import { readPolicy } from './read.ts';

const PROTOTYPE_NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
const frame = (rest: string) => `{"version": "1", "default": "deny", ${rest}}`;

function compiled(source: string | object): CompiledPolicy {
  const read = readPolicy(typeof source === 'string' ? source : JSON.stringify({ version: '1', default: 'deny', ...source }));
  if (!read.ok) throw new Error(JSON.stringify(read.errors.slice(0, 3)));
  return compilePolicy(read.document);
}

function call(name: string, args: unknown = {}): PolicyCall {
  const tool = { name, category: 'Write', risk: 'Low', annotations: {}, state: 'active' as const };
  return { tool, args, grant: { label: 'g', tags: [] }, client: { name: null }, paused: null };
}

const code = (policy: CompiledPolicy, name: string, args?: unknown) => decide(policy, call(name, args)).code;
/** Whether a tool with one requirement lets these arguments through, given as a text of JSON. */
const meets = (condition: object, args: string) =>
  code(compiled({ tools: { t: { require: [condition] } } }), 't', JSON.parse(args)) === 'allowed';

describe('names that every object has', () => {
  it.each(PROTOTYPE_NAMES)('%s is a tool like any other', (name) => {
    const named = JSON.stringify(name);
    expect(code(compiled(frame('"tools": {}')), name)).toBe('default_deny');
    expect(code(compiled(frame(`"tools": {${named}: {}}`)), name)).toBe('allowed');
    expect(code(compiled(frame(`"tools": {"*": {}, ${named}: {"action": "deny"}}`)), name)).toBe('denied');
    expect(code(compiled(frame(`"hide": [${named}], "tools": {"*": {}}`)), name)).toBe('hidden');
    expect(lists(compiled(frame('"tools": {}')), call(name).tool, null)).toBe(false);
  });

  it.each(PROTOTYPE_NAMES)('%s is an argument only where it is sent', (name) => {
    const exists = { path: `args.${name}`, op: 'exists' };
    expect(meets(exists, '{}')).toBe(false);
    expect(meets(exists, `{"${name}": 1}`)).toBe(true);
    expect(meets({ path: `args.a.${name}.b`, op: 'exists' }, '{"a": {}}')).toBe(false);
    expect(meets({ path: `args.${name}`, op: 'eq', value: 5 }, `{"${name}": 5}`)).toBe(true);
    expect(meets({ path: 'args.a', op: 'eq', value: {} }, `{"a": {"${name}": 1}}`)).toBe(false);
    expect(meets({ path: 'args.list.length', op: 'exists' }, '{"list": [1]}')).toBe(false);
  });

  it.each(PROTOTYPE_NAMES)('%s is a counter like any other', (counter) => {
    const policy = compiled({
      tools: { t: { limits: [{ counter, window: 'day', max: 3 }] }, u: { limits: [{ counter: 'c', window: 'day', max: 3 }] } },
    });
    expect(decide(policy, call('t')).charges).toMatchObject([{ counter, maxMicros: 3_000_000 }]);
    expect(decide(policy, call('u')).charges).toHaveLength(1);
  });
});

describe('names that look alike', () => {
  it.each([
    ['Latin and Cyrillic', 'pay', 'p\u0430y'],
    ['upper and lower case', 'pay', 'Pay'],
    ['composed and decomposed', 'caf\u00e9', 'cafe\u0301'],
    ['a zero-width space', 'pay', 'pay\u200b'],
    ['a space', 'pay', 'pay '],
    ['a right-to-left mark', 'pay', '\u200fpay'],
    ['ligatures', 'fi', '\ufb01'],
    ['lone surrogates', '\ud800', '\ud801'],
    ['halves and a pair', '\ud83d', '\u{1f600}'],
  ])('are different names: %s', (_, named, called) => {
    const policy = compiled({ tools: { [named]: {} }, hide: [`${named}!`] });
    expect([code(policy, named), code(policy, called)]).toEqual(['allowed', 'default_deny']);
    expect(meets({ path: 'args.v', op: 'eq', value: named }, JSON.stringify({ v: called }))).toBe(false);
  });

  it('a lone surrogate is a character, and its counters are apart', () => {
    const policy = compiled({
      tools: {
        '\ud800': { rate_limit: '5/day', limits: [{ concurrency: 1 }] },
        '\ud801': { rate_limit: '5/day', limits: [{ concurrency: 1 }] },
      },
    });
    const taken = ['\ud800', '\ud801'].map((name) => decide(policy, call(name)));
    expect(new Set(taken.map(({ charges }) => charges[0]!.counter)).size).toBe(2);
    expect(new Set(taken.map(({ leases }) => leases[0]!.key)).size).toBe(2);
    expect(meets({ path: 'args.v', op: 'max_length', value: 1 }, '{"v": "\\ud800"}')).toBe(true);
    expect(meets({ path: 'args.v', op: 'max_length', value: 1 }, '{"v": "\\ud83d\\ude00"}')).toBe(true);
    expect(meets({ path: 'args.v', op: 'max_length', value: 1 }, '{"v": "\\ude00\\ud83d"}')).toBe(false);
  });

  it('a dotted key is not a path', () => {
    const dotted = { path: 'args["a.b"]', op: 'eq', value: 1 };
    expect([meets(dotted, '{"a.b": 1}'), meets(dotted, '{"a": {"b": 1}}')]).toEqual([true, false]);
    const nested = { path: 'args.a.b', op: 'eq', value: 1 };
    expect([meets(nested, '{"a.b": 1}'), meets(nested, '{"a": {"b": 1}}')]).toEqual([false, true]);
    expect([
      meets({ path: 'args["[0]"]', op: 'eq', value: 1 }, '{"[0]": 1}'),
      meets({ path: 'args.a[0]', op: 'eq', value: 1 }, '{"a": {"0": 1}}'),
    ]).toEqual([true, false]);
  });
});

describe('numbers', () => {
  it.each([
    ['a number as a text', '"5"', 'lte', 500],
    ['a number too large for a double', '1e309', 'gt', 5],
    ['its negative', '-1e309', 'lt', 5],
    ['true', 'true', 'lte', 500],
    ['a list of a number', '[5]', 'lte', 500],
    ['null', 'null', 'lte', 500],
  ] as [string, string, Operator, number][])('are not made of %s', (_, sent, op, value) => {
    expect(meets({ path: 'args.n', op, value }, `{"n": ${sent}}`)).toBe(false);
    const policy = compiled({ tools: { t: { deny_if: [{ path: 'args.n', op, value }] } } });
    expect(code(policy, 't', JSON.parse(`{"n": ${sent}}`))).toBe('deny_if_matched');
  });

  it('minus zero is zero, also as an amount', () => {
    expect(meets({ path: 'args.n', op: 'eq', value: 0 }, '{"n": -0}')).toBe(true);
    expect(meets({ path: 'args.n', op: 'lt', value: 0 }, '{"n": -0}')).toBe(false);
    const policy = compiled({ tools: { t: { limits: [{ counter: 'c', window: 'day', max: 5, by: 'args.n' }] } } });
    expect(Object.is(decide(policy, call('t', { n: -0 })).charges[0]!.amountMicros, 0)).toBe(true);
  });

  it.each(['"5"', '1e309', '-1', '1e-9', 'null', '[5]', '{}', 'true', '9007199254740993'])('%s is no amount', (sent) => {
    const policy = compiled({ tools: { t: { limits: [{ counter: 'c', window: 'day', max: 5, by: 'args.n' }] } } });
    expect(decide(policy, call('t', JSON.parse(`{"n": ${sent}}`))).effect).not.toBe('allow');
  });

  it('a document that says 1e309 is refused at its place', () => {
    const read = readPolicy(frame('"tools": {"t": {"require": [{"path": "args.n", "op": "lt", "value": 1e309}]}}'));
    expect(read.ok ? [] : read.errors.map(({ pointer }) => pointer)).toContain('/tools/t/require/0/value');
  });
});

describe('catastrophic patterns', () => {
  it.each(['(a*)*(b|a*)*c', '(a+)+$b', '(?:a?){30}a{30}b', '(.*)*x', '([a-z]+)*[A-Z]'])(
    '%s takes linear work, or is not evaluated',
    (pattern) => {
      const policy = compiled({ tools: { t: { require: [{ path: 'args.v', op: 'regex', value: pattern }] } } });
      expect(code(policy, 't', { v: 'a'.repeat(60_000) })).toBe('requirement_not_met');
      expect(code(policy, 't', { v: 'a'.repeat(1_000) })).toBe('requirement_not_met');
    },
  );

  it.each([
    ['*a*a*a*a*a*a*a*a*a*a*b', 'a'.repeat(256)],
    [`*${'a'.repeat(100)}b*`, 'a'.repeat(256)],
    [`*${'ab'.repeat(60)}*${'ab'.repeat(60)}c*`, 'ab'.repeat(128)],
  ])('the glob %s does not match, and a linear search finds what is there', (glob, name) => {
    expect(compileGlob(glob)(name)).toBe(false);
    expect(compileGlob(glob)(`${name}${glob.replaceAll('*', '')}`)).toBe(true);
  });
});

describe('sizes', () => {
  const tools = (count: number, entry: (index: number) => [string, object]) => ({
    tools: Object.fromEntries(Array.from({ length: count }, (_, index) => entry(index))),
  });

  it('5 000 tools are read, and each decided by its own rule', () => {
    const policy = compiled(tools(5_000, (index) => [`tool_${index}`, index % 2 ? {} : { action: 'deny' }]));
    expect([code(policy, 'tool_4999'), code(policy, 'tool_4998'), code(policy, 'tool_5000')]).toEqual([
      'allowed',
      'denied',
      'default_deny',
    ]);
  });

  it('of 5 000 globs the most specific one decides, for a name of 256 characters too', () => {
    const policy = compiled(tools(5_000, (index) => [`tool_${index}_*`, index % 2 ? {} : { action: 'deny' }]));
    const long = '_'.repeat(240);
    expect([code(policy, `tool_4999_${long}`), code(policy, `tool_4998_${long}`), code(policy, `tool_5000_${long}`)]).toEqual([
      'allowed',
      'denied',
      'default_deny',
    ]);
    // Of as many lengths as there are globs.
    const ragged = compiled(
      tools(5_000, (index) => [`${'a'.repeat(index % 70)}*${'b'.repeat(index / 70)}`, { reason: String(index), action: 'deny' }]),
    );
    expect(decide(ragged, call(`${'a'.repeat(20)}-${'b'.repeat(30)}`)).rule).toBe(`/tools/${'a'.repeat(20)}*${'b'.repeat(30)}/action`);
  });

  it('201 names with more than one star are an error at the last of them', () => {
    const source = JSON.stringify({ version: '1', default: 'deny', ...tools(201, (index) => [`*${index}*`, {}]) });
    const read = readPolicy(source);
    expect(read.ok ? [] : read.errors.map(({ message }) => message)).toEqual([
      'At most 200 names may have more than one *: this is one more',
    ]);
  });

  it('a list of 65 in the value of a condition is an error at its place', () => {
    const value = Array.from({ length: 65 }, (_, index) => `v${index}`);
    for (const [op, at] of [
      ['in', value],
      ['not_in', value],
      ['eq', { deep: [value] }],
      ['path_within', value],
      ['url_host_in', value],
    ] as const) {
      const read = readPolicy(frame(`"tools": {"t": {"require": [${JSON.stringify({ path: 'args.a', op, value: at })}]}}`));
      const pointer = `/tools/t/require/0/value${op === 'eq' ? '/deep/0' : ''}`;
      expect(read.ok ? [] : read.errors.map((error) => [error.pointer, error.message])).toEqual([
        [pointer, 'A list holds at most 64 entries'],
      ]);
    }
    expect(meets({ path: 'args.a', op: 'in', value: value.slice(1) }, '{"a": "v64"}')).toBe(true);
  });

  it('a document of 1 MiB is read, and one byte more is not', () => {
    const padded = (bytes: number) => {
      const source = frame(`"tools": {"t": {"reason": "${'x'.repeat(1_000)}"}}`);
      return source.replace('x'.repeat(1_000), 'x'.repeat(1_000 + bytes - source.length));
    };
    expect([readPolicy(padded(1_048_576)).ok, readPolicy(padded(1_048_577)).ok]).toEqual([true, false]);
    const wide = padded(1_048_576).replace('xx', '\u00e9\u00e9');
    expect(readPolicy(wide).ok).toBe(false);
  });

  it.each([
    ['brackets', '['.repeat(1_048_576)],
    ['commas', `[${','.repeat(1_000_000)}`],
    ['quotes', '"'.repeat(1_048_576)],
    ['unknown keys', `{${Array.from({ length: 70_000 }, (_, index) => `"k${index}":1`).join()}}`],
  ])('a text of nothing but %s is refused with a bounded number of errors', (_, source) => {
    const read = readPolicy(source);
    expect(read.ok ? -1 : read.errors.length).toBeGreaterThan(0);
    if (!read.ok && source[0] !== '{') expect(read.errors.length).toBeLessThan(200);
  });

  it('5 000 names that a server of 5 000 tools does not have are named, and the first of them corrected', () => {
    const read = readPolicy(JSON.stringify({ version: '1', default: 'deny', ...tools(5_000, (index) => [`tool_${index}x`, {}]) }));
    if (!read.ok) throw new Error('It is a document');
    const warnings = lintPolicy(
      read.document,
      Array.from({ length: 5_000 }, (_, index) => ({ name: `tool_${index}` })),
    );
    expect(warnings.length).toBe(5_000);
    expect(warnings.filter(({ message }) => message.includes('did you mean')).length).toBe(50);
  });
});
