import { compilePolicy } from '@toolgate/policy/compile';
import { decide } from '@toolgate/policy/decide';
import { expect, test } from 'vitest';
import { allowTool } from './allow-tool.ts';
import { builderTool, documentOf } from './builder-testing.ts';

const limits = [{ counter: 'c', window: 'minute', max: 3 }];
const asked = (value: { tools?: object; hide?: string[]; default?: string; all_tools?: object }, name = 'draw') => {
  const source = JSON.stringify({ version: '1', default: 'deny', ...value });
  const { edit, opens, says } = allowTool(documentOf(JSON.parse(source)), [builderTool('draw')], name);
  return { opens, says, text: edit ? (JSON.parse(edit(source)) as { tools: Record<string, unknown>; hide?: string[] }) : null };
};
const effect = (value: object) =>
  decide(compilePolicy(documentOf(value)), {
    ...{ tool: builderTool('draw'), args: {}, grant: { label: 'a', tags: [] }, client: { name: null }, paused: null },
  }).effect;

test('what its own rule, a pattern, its own hidden name or the default refuses is allowed, and its rule is the one that opens', () => {
  for (const value of [
    { tools: { draw: { action: 'deny', reason: 'No' } } },
    { tools: { draw: { action: 'hide' } } },
    { tools: { 'dr*': { action: 'deny' } } },
    { hide: ['draw'] },
    {},
  ]) {
    const { text, opens, says } = asked(value);
    expect(text && effect(text), JSON.stringify(value)).toBe('allow');
    expect(opens).toBe('draw');
    expect(says).toContain('nothing changes before you publish');
  }
});

test('conditions and limits of a rule that denies stay when it allows', () => {
  const { text } = asked({ tools: { draw: { action: 'deny', limits, require: [{ path: 'args.a', op: 'exists' }] } } });
  expect(text?.tools.draw).toEqual({ limits, require: [{ path: 'args.a', op: 'exists' }] });
});

test('a rule that allows already is opened and not touched: what refuses are its conditions and limits', () => {
  expect(asked({ tools: { draw: { limits } } })).toMatchObject({
    text: null,
    opens: 'draw',
    says: expect.stringContaining('allowed already'),
  });
  expect(asked({ tools: { 'dr*': { limits } } })).toMatchObject({ text: null, opens: 'dr*' });
  expect(asked({ default: 'allow' })).toMatchObject({ text: null, opens: null });
});

test('where a rule would not help, or there is no such tool, nothing is changed and that is said', () => {
  expect(asked({ hide: ['dr*'] })).toMatchObject({ text: null, opens: null, says: expect.stringContaining('hidden by dr*') });
  expect(asked({}, 'drow')).toMatchObject({
    text: null,
    opens: null,
    says: expect.stringContaining('No server shown here has a tool drow'),
  });
});

test('what would refuse it still is told', () => {
  expect(asked({ all_tools: { action: 'deny' } }).says).toContain('The rule for all tools refuses it still.');
});
