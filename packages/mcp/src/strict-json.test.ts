import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonProblem, readStrictJson } from './strict-json.ts';

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
    ['{"id":1}{}', 'syntax'],
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
      const seen = asLaxReader(text) as Envelope;
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

/** A second, naive reader: the first of equal keys wins, and keys of the envelope are found whatever their case. */
function asLaxReader(text: string): unknown {
  let i = 0;
  const space = () => {
    while (/\s/.test(text[i] ?? '')) i++;
  };
  const string = (): string => {
    const start = i++;
    while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
    return JSON.parse(text.slice(start, ++i));
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
      if (!(key in found)) found[key] = read;
    }
    i++;
    return object ? found : items;
  };
  return value(0);
}
