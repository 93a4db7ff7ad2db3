import { expect, test } from 'vitest';
import { builderTool, documentOf } from './builder-testing.ts';
import { documentNotes, documentOnly, notesByRule } from './notes.ts';

const document = documentOf({
  version: '1',
  default: 'allow',
  tools: {
    run: { action: 'deny', limits: [{ counter: 'c', window: 'minute', max: 1 }] },
    runs: { action: 'deny', limits: [{ counter: 'c', window: 'minute', max: 1 }] },
  },
});
const notes = documentNotes(document, [builderTool('run')]);
const notesOn = (rule: string) => notesByRule(notes).get(rule) ?? [];

test('a note belongs to its own rule, not to one whose name begins alike', () => {
  expect(notesOn('/tools/run')).toHaveLength(1);
  expect(notesOn('/tools/runs').length).toBeGreaterThan(0);
});

test('default allow is a note on the document', () => {
  expect(documentOnly(notes)).toMatchObject([{ pointer: '/default' }]);
});

test('without tools nothing is said to be missing', () => {
  expect(documentNotes(document, []).some(({ message }) => message.includes('no tool'))).toBe(false);
});
