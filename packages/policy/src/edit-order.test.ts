import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePolicy } from './compile.ts';
import { moveEntry, moveRule, renameRule } from './edit-order.ts';
import { readPolicy } from './read.ts';

const source = `{
  "version": "1",
  "tools": {
    "get_*":  { "action": "deny", "reason": "first" },
    "7": {},

    "*user": { "limits": [ { "counter": "c", "window": "15m", "max": 3 } ],
                "require": [ {"path":"args.a","op":"exists"}, { "conditions": [], "on_deny": "b" } ] },
    "list_*": {}
  },
  "default": "deny"
}
`;
const decides = (text: string, tool: string) => {
  const read = readPolicy(text);
  if (!read.ok) throw new Error(read.errors[0]?.message);
  return compilePolicy(read.document).tool(tool).refusals[0]?.message ?? 'passes';
};

test('of two globs that fit equally well the first decides, so moving one up changes what happens, and nothing else of the text', () => {
  expect(decides(source, 'get_user')).toMatch(/first/);
  const moved = moveRule(source, '*user', 'up');
  expect(decides(moved, 'get_user')).toBe('passes');
  expect(Object.keys(JSON.parse(moved).tools)).toEqual(['7', '*user', 'get_*', 'list_*']);
  expect(JSON.parse(moved).tools).toEqual(JSON.parse(source).tools);
  expect(moved).toContain('                "require": [ {"path":"args.a","op":"exists"}, { "conditions": [], "on_deny": "b" } ] },');
  expect(moveRule(moved, '*user', 'down')).toBe(source);
});

test('a glob at an end, an exact name and a name without a rule stay', () => {
  for (const [name, direction] of [
    ['get_*', 'up'],
    ['list_*', 'down'],
    ['none_*', 'up'],
  ] as const)
    expect(moveRule(source, name, direction)).toBe(source);
});

test('a rule gets another name in its place; what it says, and the style, stay', () => {
  const renamed = renameRule(source, '*user', '*"account"');
  expect(renamed).toBe(source.replace('"*user"', String.raw`"*\"account\""`));
  expect(renameRule(renamed, '*"account"', '*user')).toBe(source);
  for (const taken of ['get_*', '7', '', '*user']) expect(renameRule(source, '*user', taken)).toBe(source);
  expect(renameRule(source, 'none', 'other')).toBe(source);
  expect(renameRule('{"version":"1","default":"deny"}', 'a', 'b')).toBe('{"version":"1","default":"deny"}');
  expect(JSON.parse(renameRule(source, 'get_*', '__proto__*')).tools['__proto__*']).toMatchObject({ reason: 'first' });
});

test('entries of a list change places, each as it was written', () => {
  const moved = moveEntry(source, '/tools/*user/require/1', 'up');
  expect(moved).toContain('"require": [ { "conditions": [], "on_deny": "b" }, {"path":"args.a","op":"exists"} ]');
  expect(moveEntry(moved, '/tools/*user/require/0', 'down')).toBe(source);
  expect(moveEntry(source, '/tools/*user/require/0', 'up')).toBe(source);
  expect(moveEntry(source, '/tools/*user/require/1', 'down')).toBe(source);
});

test('whatever is moved how often, the rules are the same, the text is as long, and the way back is the way there', () => {
  const names = fc.uniqueArray(fc.constantFrom('a*', 'b*', '*c', 'd', '1', '2', '__proto__', 'e"f*', 'g/*'), { minLength: 1 });
  const moves = fc.array(fc.tuple(fc.nat(8), fc.constantFrom('up' as const, 'down' as const)), { maxLength: 8 });
  fc.assert(
    fc.property(names, moves, fc.constantFrom(0, 2), (some, steps, spaces) => {
      const tools = `{${some.map((name, index) => `${spaces ? '\n    ' : ''}${JSON.stringify(name)}: {"reason": "${index}"}`).join(',')}}`;
      const text = `{"version": "1", "default": "deny", "tools": ${tools}}`;
      let edited = text;
      for (const [at, direction] of steps) {
        const name = some[at % some.length] as string;
        const next = moveRule(edited, name, direction);
        expect(moveRule(next, name, direction === 'up' ? 'down' : 'up') === edited || next === edited).toBe(true);
        edited = next;
      }
      expect(edited).toHaveLength(text.length);
      expect(JSON.parse(edited)).toEqual(JSON.parse(text));
    }),
  );
});
