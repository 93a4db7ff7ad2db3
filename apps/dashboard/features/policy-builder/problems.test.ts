import type { Warning } from '@toolgate/policy/lint';
import { expect, test } from 'vitest';
import { builderTool } from './builder-testing.ts';
import { openDraft } from './draft.ts';
import { documentNotes } from './notes.ts';
import { problemsOf } from './problems.ts';

const run = builderTool('run', { inputSchema: { type: 'object', properties: { amount: { type: 'number' } } } });
const problems = (value: unknown, tools = [run, builderTool('delete_all')]) => {
  const draft = openDraft(typeof value === 'string' ? value : JSON.stringify(value, null, 2));
  return problemsOf(draft, draft.document ? documentNotes(draft.document, tools) : []);
};
const limit = { counter: 'c', window: 'minute', max: 1 };

/** Every kind of warning that lint has, each in a document of its own, and the text of the line that it must stand at. */
const WARNINGS: Record<Warning['code'], [document: object, line: string]> = {
  default_allow: [{ version: '1', default: 'allow' }, '"default"'],
  unknown_tool: [{ version: '1', default: 'deny', tools: { rum: {} } }, '"rum"'],
  unknown_argument: [{ version: '1', default: 'deny', tools: { run: { require: [{ path: 'args.amont', op: 'gt', value: 1 }] } } }, '{'],
  unreachable: [{ version: '1', default: 'deny', tools: { 'ru*': {}, run: {} } }, '"ru*"'],
  limit_on_denied: [{ version: '1', default: 'deny', tools: { run: { action: 'deny', limits: [limit] } } }, '"limits"'],
  missing_denies: [{ version: '1', default: 'deny', tools: { run: { deny_if: [{ path: 'args.amount', op: 'gt', value: 1 }] } } }, '{'],
  never_passes: [{ version: '1', default: 'deny', tools: { run: { limits: [{ ...limit, max: 0 }] } } }, '{'],
  shadow: [{ version: '1', default: 'deny', mode: 'shadow' }, '"mode"'],
  hidden_rule: [{ version: '1', default: 'deny', hide: ['run'], tools: { run: {} } }, '"run"'],
};

test.each(Object.entries(WARNINGS))('a warning of the kind %s stands at its line', (_, [document, text]) => {
  const [warning] = problems(document);
  const lines = JSON.stringify(document, null, 2).split('\n');
  expect(warning).toMatchObject({ severity: 'warning' });
  expect(lines[(warning?.line ?? 0) - 1]).toContain(text);
});

test('what was converted is told where it stands', () => {
  const [converted] = problems({ version: '1', default: 'deny', tools: { run: { rate_limit: '5/hour' } } });
  expect(converted).toMatchObject({ severity: 'info', line: 6, message: expect.stringContaining('Read as the limit') });
});

test('while the text has errors only they are told, with what was probably meant', () => {
  expect(problems('{"version":"1","defualt":"allow"}').every(({ severity }) => severity === 'error')).toBe(true);
  expect(problems('{"version":"1","defualt":"allow"}').some(({ message }) => message.includes('Did you mean default?'))).toBe(true);
});

test('what is doubtful comes before what was only read otherwise than written', () => {
  const found = problems({ version: '1', tools: { run: { rate_limit: '5/hour' } }, default: 'allow' });
  expect(found.map(({ severity }) => severity)).toEqual(['warning', 'info']);
});
