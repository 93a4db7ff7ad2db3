import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editPolicy, type PolicyChange } from './edit.ts';
import { editMany, type NameEdit } from './edit-many.ts';

const kinds: ((tool: string) => PolicyChange)[] = [
  (tool) => ({ kind: 'allow', tool }),
  (tool) => ({ kind: 'deny', tool, reason: 'No' }),
  (tool) => ({ kind: 'hide', tool }),
  (tool) => ({ kind: 'limit', tool, window: 'minute', max: 30 }),
  (tool) => ({ kind: 'remove', tool }),
];
const rules = [{}, { action: 'deny' }, { limits: [{ counter: 'c', window: 'hour', max: 1 }], require: [{ path: 'args.a', op: 'exists' }] }];
const names = ['a', 'b', 'c', '__proto__', 'd.e', 'f"g'];
const oneByOne = (source: string, some: readonly string[], edit: NameEdit) => some.reduce(edit, source);

test('many edits at once are the same edits one after the other, to the character', () => {
  const documents = fc
    .record({
      tools: fc.option(fc.uniqueArray(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...rules)), { selector: ([name]) => name })),
      hide: fc.subarray(names),
      spaces: fc.constantFrom(0, 2, 4),
      last: fc.boolean(),
    })
    .map(({ tools, hide, spaces, last }) => {
      const entries: [string, unknown][] = [
        ['version', '1'],
        ['default', 'deny'],
        ['hide', hide],
      ];
      if (tools) entries.splice(last ? entries.length : 2, 0, ['tools', Object.fromEntries(tools)]);
      return JSON.stringify(Object.fromEntries(entries), null, spaces);
    });
  fc.assert(
    fc.property(documents, fc.array(fc.constantFrom(...names), { maxLength: 6 }), fc.constantFrom(...kinds), (source, some, kind) => {
      const edit: NameEdit = (text, name) => editPolicy(text, kind(name));
      expect(editMany(source, some, edit)).toBe(oneByOne(source, some, edit));
    }),
    { numRuns: 500 },
  );
});

test('500 rules are changed in little more time than it takes to read them once each', () => {
  const tools = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`tool_${index}`, {}]));
  const source = JSON.stringify({ version: '1', default: 'deny', tools }, null, 2);
  let read = 0;
  const edited = editMany(source, Object.keys(tools), (text, name) => {
    read += text.length;
    return editPolicy(text, { kind: 'deny', tool: name });
  });
  expect(Object.values(JSON.parse(edited).tools as Record<string, object>)).toEqual(Array(500).fill({ action: 'deny' }));
  expect(read).toBeLessThan(source.length * 20);
});
