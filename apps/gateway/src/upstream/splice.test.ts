import { expect, test } from 'vitest';
import { withId, withMembers } from './splice.ts';

const buffer = (text: string) => Buffer.from(text);

test('another id is the only change', () => {
  const text = ' {"a":{"id":1}, "id" : "x\\"y" ,"n":12345678901234567890.10,"s":"\\u00e9é"}\n';
  expect(withId(buffer(text), 7).toString()).toBe(' {"a":{"id":1}, "id" : 7,"n":12345678901234567890.10,"s":"\\u00e9é"}\n');
  expect(withId(buffer('{"method":"x"}'), 7).toString()).toBe('{"method":"x"}');
});

test.each([
  ['{}', '{"params":{"_meta":{"k":1}}}'],
  ['{"params":{}}', '{"params":{"_meta":{"k":1}}}'],
  ['{ "params" : { "n" : 12345678901234567890 } }', '{ "params" : {"_meta":{"k":1}, "n" : 12345678901234567890 } }'],
  ['{"params":{"_meta":{}}}', '{"params":{"_meta":{"k":1}}}'],
  ['{"params":{"_meta":{"p":"é"}}}', '{"params":{"_meta":{"k":1,"p":"é"}}}'],
  ['{"params":{"_meta":{"k":2}}}', '{"params":{"_meta":{"k":2}}}'],
])('members are put where they belong and nothing else changes: %s', (text, expected) => {
  const put = withMembers(buffer(text), ['params', '_meta'], { k: 1 }).toString();
  expect(put.replaceAll(/\s+(?=[}"])/g, '')).toBe(expected.replaceAll(/\s+(?=[}"])/g, ''));
  expect(JSON.parse(put)).toEqual(JSON.parse(expected));
});

test('what is no object is refused', () => {
  for (const text of ['', '[]', '1', '{"a"']) expect(() => withMembers(buffer(text), [], { b: 1 })).toThrow();
});

test('names that are written with escapes are found all the same', () => {
  expect(JSON.parse(withId(buffer('{"\\u0069d":1,"a":2}'), 7).toString())).toEqual({ id: 7, a: 2 });
  const put = withMembers(buffer('{"par\\u0061ms":{"_meta":{"p":1}}}'), ['params', '_meta'], { k: 1 });
  expect(JSON.parse(put.toString())).toEqual({ params: { _meta: { k: 1, p: 1 } } });
});
