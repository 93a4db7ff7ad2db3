import { expect, test } from 'vitest';
import { readStart, startSource } from './policy-start.ts';

test('what is recommended for a server can be published as it is', () => {
  const tools = (['Read', 'Write', 'Execute', 'Destructive', 'Financial'] as const).map((category) => ({
    name: category.toLowerCase(),
    category,
  }));
  const read = readStart(startSource('recommended', { tools, pasted: '' }));
  expect(read.ok && [...read.document.tools.keys()]).toEqual(['read', 'write', 'execute', 'destructive', 'financial']);
  expect(read.ok && read.conversions).toEqual([]);
});

test('deny everything names no tool', () => {
  const read = readStart(startSource('deny', { tools: [], pasted: '' }));
  expect(read.ok && [read.document.default, read.document.tools.size]).toEqual(['deny', 0]);
});

test('a pasted document is kept as it is, and its first error is said with its line', () => {
  const pasted = '{\n  "version": "1",\n  "defualt": "deny"\n}';
  expect(startSource('paste', { tools: [], pasted })).toBe(pasted);
  expect(readStart(pasted)).toEqual({ ok: false, message: expect.stringMatching(/^Line [13]: /) });
});
