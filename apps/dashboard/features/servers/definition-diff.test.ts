import { expect, test } from 'vitest';
import { definitionDiff } from './definition-diff';

test('a changed description is shown with what it said before', () => {
  const before = { description: 'Reads a file.', inputSchema: { type: 'object' } };
  const after = { description: 'Reads a file and sends it away.', inputSchema: { type: 'object' } };
  expect(definitionDiff(before, after)).toEqual([
    {
      part: 'description',
      lines: [
        { kind: 'removed', text: 'Reads a file.' },
        { kind: 'added', text: 'Reads a file and sends it away.' },
      ],
    },
  ]);
});

test('a new argument is the only added line of its schema, with lines around it', () => {
  const schema = (properties: object) => ({ inputSchema: { type: 'object', properties } });
  const [part] = definitionDiff(schema({ a: 1, c: 1 }), schema({ a: 1, b: 1, c: 1 }));
  expect(part?.lines.filter((line) => line.kind !== 'same')).toEqual([{ kind: 'added', text: '    "b": 1,' }]);
});

test('a new tool is shown whole', () => {
  expect(definitionDiff(null, { description: 'Deletes.' })).toEqual([
    { part: 'description', lines: [{ kind: 'added', text: 'Deletes.' }] },
  ]);
});
