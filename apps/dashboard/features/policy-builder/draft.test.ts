import { expect, test } from 'vitest';
import { editDraft, openDraft } from './draft.ts';

const good = '{"version":"1","default":"deny","tools":{"run":{}}}';

test('the last good state is kept while the text has errors, and the errors say where', () => {
  const broken = editDraft(openDraft(good), { kind: 'text', source: good.replace('"deny"', '"dny"') });
  expect([...(broken.document?.tools.keys() ?? [])]).toEqual(['run']);
  expect(broken.problems[0]).toMatchObject({ pointer: '/default', line: 1 });
  const mended = editDraft(broken, { kind: 'text', source: good });
  expect(mended.problems).toEqual([]);
});

test('an older dialect is understood, and it is said what was converted', () => {
  const draft = openDraft('{"version":"1","default":"deny","tools":{"run":{"rate_limit":{"max":10,"window":60}}}}');
  expect(draft.conversions).toMatchObject([{ pointer: '/tools/run/rate_limit' }]);
  expect(draft.document?.tools.get('run')?.limits).toMatchObject([{ max: 10, windowMs: 60_000 }]);
});

test('changes made in the table can be undone one by one, to the very text before', () => {
  const spaced = good.replace(':', ' :  ');
  let draft = editDraft(openDraft(spaced), { kind: 'visual', source: good });
  draft = editDraft(draft, { kind: 'visual', source: good.replace('deny', 'allow') });
  draft = editDraft(editDraft(draft, { kind: 'undo' }), { kind: 'undo' });
  expect(draft.source).toBe(spaced);
  expect(editDraft(draft, { kind: 'undo' })).toBe(draft);
});

test('a text that was never good has no table', () => {
  expect(openDraft('{').document).toBeNull();
});

test('typing in one field of the table is undone in one step', () => {
  const reason = (text: string) => good.replace('{}', `{"action":"deny","reason":"${text}"}`);
  let draft = openDraft(good);
  for (const text of ['N', 'No', 'Not']) draft = editDraft(draft, { kind: 'visual', source: reason(text), about: 'run reason' });
  expect(editDraft(draft, { kind: 'undo' }).source).toBe(good);
});
