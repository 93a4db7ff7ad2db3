import { describe, expect, it } from 'vitest';
import { readPolicy } from './read.ts';

const errorsOf = (source: string) => {
  const read = readPolicy(source);
  return read.ok ? [] : read.errors;
};
const found = (source: string) => errorsOf(source).map(({ pointer, message }) => `${pointer}: ${message}`);
const rule = (body: string) => `{"version":"1","default":"deny","tools":{"t":${body}}}`;

describe('readPolicy', () => {
  it('returns every problem of a document, in the order of the text', () => {
    const source =
      '{\n  "version": "2",\n  "defualt": "deny",\n  "tools": {"t": {"limits": [{"counter": "a b", "window": "fortnight", "max": 1.5}]}}\n}';
    expect(errorsOf(source).map(({ pointer, line }) => [pointer, line])).toEqual([
      ['/default', 1],
      ['/version', 2],
      ['/defualt', 3],
      ['/tools/t/limits/0/counter', 4],
      ['/tools/t/limits/0/window', 4],
      ['/tools/t/limits/0/max', 4],
    ]);
  });

  it('places a problem exactly and suggests the key that was meant', () => {
    const source = '{"version":"1","default":"deny",\n "tols":{}}';
    expect(errorsOf(source)).toEqual([
      {
        pointer: '/tols',
        message: 'Unknown key "tols": did you mean "tools"?',
        suggestion: 'tools',
        offset: 34,
        length: 6,
        line: 2,
        column: 2,
      },
    ]);
  });

  it.each([
    ['version', '{"vresion":"1","default":"deny"}'],
    ['deny_if', rule('{"denyif":[]}')],
    ['conditions', rule('{"deny_if":[{"condition":[]}]}')],
    ['path', rule('{"deny_if":[{"pth":"args.a","op":"exists"}]}')],
    ['counter', rule('{"limits":[{"conter":"a","window":"day","max":1}]}')],
    ['gte', rule('{"require":[{"path":"args.a","op":"gtee","value":1}]}')],
    ['hide', rule('{"action":"hdie"}')],
  ])('suggests %s', (meant, source) => {
    expect(errorsOf(source).map((error) => error.suggestion)).toContain(meant);
  });

  it('refuses duplicate keys, comments and trailing commas, all at once and beside other problems', () => {
    const source = '{"version":"1", /* no */ "default":"deny","hide":["a",],"tools":{"t":{},"t":{"action":"deny"},},"x":1}';
    expect(found(source)).toEqual([
      ': JSON has no comments: remove this',
      ': JSON has no trailing commas: remove this one',
      '/tools/t: The key "t" is there twice',
      ': JSON has no trailing commas: remove this one',
      '/x: Unknown key "x"',
    ]);
  });

  it('refuses a duplicate key that is spelt with an escape', () => {
    expect(found('{"version":"1","default":"deny","d\\u0065fault":"allow"}')).toEqual(['/default: The key "default" is there twice']);
  });

  it.each([
    '',
    'x',
    '[]',
    '"1"',
    '{',
    '{"version":"1","default":"deny"} x',
    '\uFEFF{"version":"1","default":"deny"}',
    '{"version":"1","default":"deny","tools":{"t":{"limits":[{"counter":"c","window":"day","max":1e999}]}}}',
  ])('refuses %j', (source) => {
    expect(errorsOf(source)).not.toEqual([]);
  });

  it('holds the sizes: 1 MiB, 5 000 tools, 64 entries, 32 levels', () => {
    const tools = (count: number) =>
      `{"version":"1","default":"deny","tools":{${Array.from({ length: count }, (_, i) => `"t${i}":{}`).join()}}}`;
    expect(found(tools(5_000))).toEqual([]);
    expect(found(tools(5_001))).toEqual(['/tools: A document holds at most 5000 tools']);
    const hide = (count: number) =>
      `{"version":"1","default":"deny","hide":[${Array.from({ length: count }, (_, i) => `"t${i}"`).join()}]}`;
    expect(found(hide(64))).toEqual([]);
    expect(found(hide(65))).toEqual(['/hide: A list holds at most 64 entries']);
    const deep = (levels: number) => rule(`{"require":[{"path":"args.a","op":"eq","value":${'['.repeat(levels)}${']'.repeat(levels)}}]}`);
    expect(found(deep(32 - 5))).toEqual([]);
    expect(found(deep(32 - 4))).toEqual([': A document may be nested at most 32 deep']);
    const padded = (bytes: number) => '{"version":"1","default":"deny"}'.padEnd(bytes);
    expect(found(padded(1_048_576))).toEqual([]);
    expect(found(padded(1_048_577))).toEqual([': A document may be at most 1 MiB']);
    expect(found(`{"version":"1","default":"deny","hide":["${'é'.repeat(524_288)}"]}`)).toEqual([': A document may be at most 1 MiB']);
  });

  it('survives a text of a million open brackets', () => {
    expect(found('['.repeat(1_000_000))).toEqual([': A document may be nested at most 32 deep']);
  });

  it('refuses a regular expression that RE2 refuses, that is too long, or one of too many', () => {
    const regex = (pattern: string) => rule(`{"deny_if":[{"path":"args.a","op":"regex","value":${JSON.stringify(pattern)}}]}`);
    expect(found(regex('^a+$'))).toEqual([]);
    expect(found(regex('(?=a)b'))[0]).toContain('/tools/t/deny_if/0/value: the pattern is not a regular expression that RE2 accepts');
    expect(found(regex('é'.repeat(257)))[0]).toContain('longer than 512 bytes');
    const many = Array.from({ length: 201 }, (_, i) => `"t${i}":{"deny_if":[{"path":"args.a","op":"regex","value":"a${i}"}]}`);
    expect(found(`{"version":"1","default":"deny","tools":{${many.join()}}}`)).toEqual([
      ': A document holds at most 200 different regular expressions',
    ]);
  });

  it('refuses patterns that take long to compile, alone or together, and says so', () => {
    const patterns = (values: string[]) =>
      found(
        `{"version":"1","default":"deny","tools":{${values.map((value, i) => `"t${i}":{"deny_if":[${JSON.stringify({ path: 'args.a', op: 'regex', value })}]}`)}}}`,
      );
    const alone = '/tools/t0/deny_if/0/value: the pattern takes too long to compile: use fewer repetitions and fewer classes such as \\pL';
    expect(patterns([`(?i)${'[!-\uffff]'.repeat(60)}`])).toEqual([alone]);
    expect(patterns([`(?i)${'\\pL'.repeat(160)}`])).toEqual([alone]);
    expect(patterns([`(?:${'a'.repeat(400)}){999}`])).toEqual([alone]);
    expect(patterns(Array.from({ length: 5 }, (_, i) => `${'\\pL'.repeat(150)}${i}`))[0]).toContain('together take too long');
    const uuid = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
    expect(patterns(Array.from({ length: 60 }, (_, i) => `${uuid}|^item-${i}$`))).toEqual([]);
  });

  it('refuses limits that share a counter with different windows', () => {
    const source = rule(
      '{"limits":[{"counter":"c","window":"day","max":1},{"counter":"c","window":86400,"max":2},{"counter":"c","window":"hour","max":1}]}',
    );
    expect(errorsOf(source).map(({ pointer }) => pointer)).toEqual(['/tools/t/limits/2']);
  });

  it.each([
    ['{"limits":[{"counter":"c","window":"day","max":0.5}]}', '/tools/t/limits/0/max'],
    ['{"limits":[{"counter":"c","window":"day","max":0.0000001,"by":"args.a"}]}', '/tools/t/limits/0/max'],
    ['{"limits":[{"counter":"c","window":"day","max":-1}]}', '/tools/t/limits/0/max'],
    ['{"limits":[{"counter":"c","window":0,"max":1}]}', '/tools/t/limits/0/window'],
    ['{"limits":[{"counter":"c","window":2678401,"max":1}]}', '/tools/t/limits/0/window'],
    ['{"limits":[{"counter":"c","window":"32d","max":1}]}', '/tools/t/limits/0/window'],
    ['{"limits":[{"counter":"c","window":"day","max":1,"by":"args.a[*]"}]}', '/tools/t/limits/0/by'],
    ['{"limits":[{"counter":"c","window":"day","max":1,"by":"args.a","incrementFrom":"args.a"}]}', '/tools/t/limits/0/incrementFrom'],
    ['{"limits":[{"counter":"c","window":"day","max":1,"scope":"user"}]}', '/tools/t/limits/0/scope'],
    ['{"require":[{"path":"amount","op":"lt","value":1}]}', '/tools/t/require/0/path'],
    ['{"require":[{"path":"tool.name","op":"eq","value":1}]}', '/tools/t/require/0/path'],
    ['{"require":[{"path":"args.a","op":"lt","value":"soon"}]}', '/tools/t/require/0/value'],
    ['{"require":[{"path":"args.a","op":"in","value":"a"}]}', '/tools/t/require/0/value'],
    ['{"require":[{"path":"args.a","op":"eq"}]}', '/tools/t/require/0/value'],
    ['{"rate_limit":"often"}', '/tools/t/rate_limit'],
    ['{"rate_limit":{"max":1,"window":60,"per":"x"}}', '/tools/t/rate_limit/per'],
  ])('refuses %s at %s', (body, pointer) => {
    expect(errorsOf(rule(body)).map((error) => error.pointer)).toEqual([pointer]);
  });

  it('says what it converted, and where', () => {
    const read = readPolicy(
      rule('{"rate_limit":{"max":10,"window":60},"limits":[{"counter":"s","window":"day","max":5,"increment_from":"args.n"}]}'),
    );
    expect(read.ok && read.conversions).toEqual([
      { pointer: '/tools/t/limits/0/increment_from', message: 'Read as "by": "args.n"' },
      { pointer: '/tools/t/rate_limit', message: 'Read as the limit {"counter":"t_rate","window":"minute","max":10,"scope":"grant"}' },
    ]);
  });

  it('checks a rule that is named __proto__', () => {
    expect(found('{"version":"1","default":"deny","tools":{"__proto__":{"limts":[]}},"methods":{"__proto__":"allow"}}')).toEqual([
      '/tools/__proto__/limts: Unknown key "limts": did you mean "limits"?',
      '/methods/__proto__: This is not a method',
    ]);
  });
});
