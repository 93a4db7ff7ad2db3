import { expect, test } from 'vitest';
import { builderTool, documentOf } from './builder-testing.ts';
import { documentNotes, documentOnly, notesOn } from './notes.ts';

const document = documentOf({
  version: '1',
  default: 'allow',
  tools: { run: { approve_if: [{ conditions: [] }] }, runs: { action: 'deny', limits: [{ counter: 'c', window: 'minute', max: 1 }] } },
});
const notes = documentNotes(document, [builderTool('run')]);

test('what cannot be enforced blocks, what is doubtful warns', () => {
  expect(notesOn(notes, '/tools/run')).toMatchObject([{ blocking: true, message: expect.stringContaining('approve_if') }]);
  expect(notesOn(notes, '/tools/runs').every(({ blocking }) => !blocking)).toBe(true);
});

test('a note belongs to its own rule, not to one whose name begins alike', () => {
  expect(notesOn(notes, '/tools/run')).toHaveLength(1);
  expect(notesOn(notes, '/tools/runs').length).toBeGreaterThan(0);
});

test('default allow is a note on the document', () => {
  expect(documentOnly(notes)).toMatchObject([{ pointer: '/default' }]);
});

test('without tools nothing is said to be missing', () => {
  expect(documentNotes(document, []).some(({ message }) => message.includes('no tool'))).toBe(false);
});
