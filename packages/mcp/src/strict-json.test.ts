import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonProblem, readStrictJson } from './strict-json.ts';
import { readLaxly } from './testing/lax-reader.ts';

const problemOf = (text: string): JsonProblem | null => {
  const read = readStrictJson(text);
  return read.ok ? null : read.problem;
};

describe('strict reading refuses', () => {
  test.each<[string, JsonProblem]>([
    ['{"id":1,"id":2}', 'duplicate_key'],
    ['{"params":{"name":"a","n\\u0061me":"b"}}', 'duplicate_key'],
    ['{"params":{"arguments":{"x":{"a":1,"a":2}}}}', 'duplicate_key'],
    ['{"method":"a","Method":"b"}', 'case_variant_key'],
    ['{"Method":"a"}', 'case_variant_key'],
    ['{"params":{"name":"a","NAME":"b"}}', 'case_variant_key'],
    ['{"param\u017f":{}}', 'case_variant_key'],
    ['{"params":{"argument\u017f":{}}}', 'case_variant_key'],
    ['{"params":{"_meta":{"progressTo\u212aen":1}}}', 'case_variant_key'],
    ['{"params":{"_meta":{"x":1,"X":1}}}', 'case_variant_key'],
    ['{"params":{"arguments":{"__proto__":{}}}}', 'forbidden_key'],
    ['{"params":{"\\u005f_proto__":{}}}', 'forbidden_key'],
    ['{"params":{"arguments":{"C:\\\\":1}}}', 'forbidden_key'],
    ['{"params":{"arguments":{"\\u005c":1}}}', 'forbidden_key'],
    ['{"a":"\\ud800"}', 'lone_surrogate'],
    ['{"a":"\\ud83d\\ud83d\\ude00"}', 'lone_surrogate'],
    ['{"a":"\\ud83dx\\ude00"}', 'lone_surrogate'],
    ['{"a":"\\ud83d\\n\\ude00"}', 'lone_surrogate'],
    ['{"\\udc00":1}', 'lone_surrogate'],
    ['{"a":"\ud800"}', 'lone_surrogate'],
    ['{"id":9007199254740993}', 'unsafe_id'],
    ['{"id":1.5}', 'unsafe_id'],
    ['{"id":1e3}', 'unsafe_id'],
    ['{"id":-0}', 'unsafe_id'],
    ['{"params":{"notifications":{"ToolsListChanged":true}}}', 'case_variant_key'],
    ['{"params":{"ref":{"Name":"a"}}}', 'case_variant_key'],
    ['{"params":{"_meta":{"io.modelcontextprotocol/ProtocolVersion":1}}}', 'case_variant_key'],
    ['{"params":{"requestſtate":1}}', 'case_variant_key'],
    ['{"a":1e309}', 'number_out_of_range'],
    [`{"a":-${'9'.repeat(310)}}`, 'number_out_of_range'],
    ['{"id":1.0}', 'unsafe_id'],
    ['{"id":1}{}', 'syntax'],
    ['{"a":01}', 'syntax'],
    ['{"a":1.}', 'syntax'],
    ['{"a":.5}', 'syntax'],
    ['{"a":1e}', 'syntax'],
    ['{"a":-}', 'syntax'],
    ['{"a":+1}', 'syntax'],
    ['{"a":tru}', 'syntax'],
    ['{"a" 1}', 'syntax'],
    ['[1 2]', 'syntax'],
    ['[1,]', 'syntax'],
    ['{"a":1]', 'syntax'],
    ['/**/{}', 'syntax'],
    ['\u00a0{}', 'syntax'],
    ['{"id":1} x', 'syntax'],
    ['\ufeff{"id":1}', 'syntax'],
    ['{"id":1,}', 'syntax'],
    ["{'id':1}", 'syntax'],
    ['{"id":NaN}', 'syntax'],
    ['{"id":"a', 'syntax'],
    ['', 'syntax'],
    ['{"a":"\u0000"}', 'syntax'],
  ])('%j as %s', (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });

  test('more than 64 levels and more than 10 000 keys, without running out of stack', () => {
    expect(problemOf('['.repeat(64) + ']'.repeat(64))).toBe(null);
    expect(problemOf('['.repeat(65) + ']'.repeat(65))).toBe('too_deep');
    expect(problemOf('['.repeat(1_000_000))).toBe('too_deep');
    const keys = (count: number) => `{${Array.from({ length: count }, (_, i) => `"k${i}":0`).join()}}`;
    expect(problemOf(keys(10_000))).toBe(null);
    expect(problemOf(keys(10_001))).toBe('too_many_keys');
    const items = (count: number) => `[${'0,'.repeat(count - 1)}0]`;
    expect(problemOf(items(100_000))).toBe(null);
    expect(problemOf(items(100_001))).toBe('too_many_values');
  });
});

test.each(['0', '9007199254740991', '-9007199254740991', '1234567890123456', '"9007199254740993"'])('%s is an id', (id) => {
  expect(readStrictJson(`{"id":${id}}`)).toMatchObject({ ok: true, value: { id: JSON.parse(id) } });
});

test('numbers are the doubles that JSON.parse makes of them, to the last bit', () => {
  const digits = fc.stringMatching(/^[0-9]{1,18}$/);
  const exponent = fc.oneof(
    fc.constant(''),
    fc.integer({ min: -330, max: 290 }).map((e) => `e${e}`),
  );
  fc.assert(
    fc.property(fc.constantFrom('', '-'), digits, fc.option(digits), exponent, (sign, whole, decimals, e) => {
      const text = `[${sign}${BigInt(whole)}${decimals === null ? '' : `.${decimals}`}${e}]`;
      const read = readStrictJson(text);
      if (!read.ok) throw new Error(`${text}: ${read.problem}`);
      expect(Object.is((read.value as number[])[0], JSON.parse(text)[0])).toBe(true);
    }),
    { numRuns: 20_000 },
  );
});

test('the members of the message are where they are said to be', () => {
  const text = '{ "id" : 7 ,"params":{"name":"a\\u0062" , "arguments": {"x":[1, 2]},"_meta":{"progressToken":"p"} } }';
  const read = readStrictJson(text);
  if (!read.ok) throw new Error(read.problem);
  expect(read.members.map(({ place, key, start, end }) => [place, key, text.slice(start, end)])).toEqual([
    ['root', 'id', '7'],
    ['params', 'name', '"a\\u0062"'],
    ['params', 'arguments', '{"x":[1, 2]}'],
    ['meta', 'progressToken', '"p"'],
    ['params', '_meta', '{"progressToken":"p"}'],
    ['root', 'params', '{"name":"a\\u0062" , "arguments": {"x":[1, 2]},"_meta":{"progressToken":"p"} }'],
  ]);
});

test('keys of the arguments may differ by case, and large numbers there stay the caller’s business', () => {
  expect(readStrictJson('{"params":{"arguments":{"a":1,"A":12345678901234567890,"Name":2}}}')).toMatchObject({ ok: true });
});

test('what is accepted has the value that JSON.parse gives it', () => {
  fc.assert(
    fc.property(fc.json({ depthSize: 'medium' }), (text) => {
      const read = readStrictJson(text);
      if (read.ok) expect(read.value).toEqual(JSON.parse(text));
      else expect(read.problem).not.toBe('syntax');
    }),
    { numRuns: 2000 },
  );
});

test('escaped strings are refused exactly when their value is not well-formed', () => {
  const piece = fc.constantFrom('\\ud83d', '\\uDE00', '\\u0041', '\\\\', '\\n', 'u', 'd83d', 'x', '😀');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const text = `"${pieces.join('')}"`;
      expect(problemOf(text)).toBe(/\p{Surrogate}/u.test(JSON.parse(text)) ? 'lone_surrogate' : null);
    }),
    { numRuns: 5000 },
  );
});

test('any text at all is read or refused, never thrown over', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0019-.eE \nabc__proto__d8ſ\ud800') }), (text) => {
      const read = readStrictJson(text);
      let parsed: unknown;
      try {
        parsed = JSON.parse(text);
      } catch {
        expect(read.ok).toBe(false);
        return;
      }
      if (read.ok) expect(read.value).toEqual(parsed);
    }),
    { numRuns: 5000 },
  );
});

test('an upstream that keeps the first key and ignores case reads the same call, whatever was inserted into a message', () => {
  const base = '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{"a":1},"_meta":{"progressToken":"p"}}}';
  const piece = fc.constantFrom(
    '"name":"evil",',
    '"Name":"evil",',
    '"n\\u0061me":"evil",',
    '"ARGUMENTS":{"a":2},',
    '"argument\u017f":{"a":2},',
    '"method":"tools/list",',
    '"Params":{"name":"evil"},',
    '"params":{"name":"evil"},',
    '"x":{"name":"evil"},',
    '"a":2,',
    '[',
    '"',
    '\\',
    ',',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(base.length), piece), { minLength: 1, maxLength: 3 }), (edits) => {
      let text = base;
      for (const [at, inserted] of edits) text = text.slice(0, at) + inserted + text.slice(at);
      const read = readStrictJson(text);
      if (!read.ok) return;
      const judged = read.value as Envelope;
      const seen = readLaxly(text) as Envelope;
      expect(seen?.method).toEqual(judged?.method);
      expect(seen?.params?.name).toEqual(judged?.params?.name);
      expect(seen?.params?.arguments).toEqual(judged?.params?.arguments);
    }),
    { numRuns: 20_000 },
  );
});

interface Envelope {
  method?: unknown;
  params?: { name?: unknown; arguments?: unknown };
}
