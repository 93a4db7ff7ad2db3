import { expect, test } from 'vitest';
import { builderTool } from './builder-testing.ts';
import { diffSources } from './source-diff.ts';

const source = (tools: object) => JSON.stringify({ version: '1', default: 'deny', tools });

test('a tool in quarantine that a new version allows widens access', () => {
  const diff = diffSources(source({}), source({ run: {} }), [builderTool('run', { state: 'quarantined' })]);
  expect(diff).toMatchObject({ summary: 'widens access: +1 tool allowed', widens: true, narrows: false });
});

test('a version that cannot be read allowed nothing', () => {
  expect(diffSources('{', source({ run: {} }), [])).toMatchObject({ widens: true });
});

test('nothing is told of a text that cannot be read', () => {
  expect(diffSources(source({}), '{', [])).toBeNull();
});

test('formatting is no change of access', () => {
  expect(diffSources(source({ run: {} }), `${source({ run: {} })}\n`, [])).toMatchObject({ summary: 'no change of access', tools: [] });
});
