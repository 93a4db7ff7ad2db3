import { describe, expect, it } from 'vitest';
import { editPolicy, type PolicyChange } from './edit.ts';
import { readPolicy } from './read.ts';
import { summariseRule } from './summarise-rule.ts';

const SOURCE = `{
    "version": "1",
    "default":   "deny",
    "hide": ["secret", "delete_*"],
    "tools": {
        "a": {"deny_if": [{"path": "args.x", "op": "gt", "value": 1.50}],   "limits": [{"max": 3, "counter": "k", "window": "day", "on_unavailable": "allow"}]},
        "b": {}
    }
}
`;

const summaryAfter = (tool: string, ...changes: PolicyChange[]) => {
  const read = readPolicy(changes.reduce(editPolicy, SOURCE));
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  return summariseRule(read.document, tool);
};

describe('editPolicy', () => {
  it('changes a number and nothing else of the text', () => {
    expect(editPolicy(SOURCE, { kind: 'limit', tool: 'a', window: 'day', max: 30 })).toBe(SOURCE.replace('"max": 3,', '"max": 30,'));
    expect(editPolicy(SOURCE, { kind: 'default', value: 'allow' })).toBe(SOURCE.replace('"deny",\n    "hide"', '"allow",\n    "hide"'));
  });

  it('changes nothing when all is so already', () => {
    expect(editPolicy(SOURCE, { kind: 'default', value: 'deny' })).toBe(SOURCE);
    expect(editPolicy(SOURCE, { kind: 'allow', tool: 'b' })).toBe(SOURCE);
    expect(editPolicy(SOURCE, { kind: 'mode', value: 'enforce' })).toBe(SOURCE);
  });

  it('keeps the conditions and the other tools of the text', () => {
    const edited = editPolicy(SOURCE, { kind: 'deny', tool: 'a', reason: 'No' });
    expect(edited).toContain('"deny_if": [{"path": "args.x", "op": "gt", "value": 1.50}]');
    expect(edited).toContain('        "b": {}\n');
    expect(edited).toContain('"default":   "deny",\n    "hide": ["secret", "delete_*"],');
  });

  it('keeps a text on one line on one line, and another on its line ends', () => {
    expect(editPolicy('{"version":"1","default":"deny"}', { kind: 'limit', tool: 'x', window: 60, max: 1 })).not.toContain('\n');
    expect(editPolicy(SOURCE.replaceAll('\n', '\r\n'), { kind: 'deny', tool: 'new' })).not.toMatch(/[^\r]\n/);
  });

  it.each<[string, PolicyChange, object]>([
    [
      'b',
      { kind: 'limit', tool: 'b', window: 'minute', max: 30 },
      { kind: 'limit', limit: { counter: 'b_rate', window: 'minute', max: 30, scope: 'grant' } },
    ],
    [
      'new',
      { kind: 'limit', tool: 'new', window: '15m', max: 2, scope: 'server', counter: 'n' },
      { kind: 'limit', limit: { counter: 'n', window: 900, max: 2, scope: 'server' } },
    ],
    ['b', { kind: 'deny', tool: 'b', reason: 'No' }, { kind: 'deny', reason: 'No', pointer: '/tools/b' }],
    ['b', { kind: 'hide', tool: 'b' }, { kind: 'hide' }],
    ['b', { kind: 'allow', tool: 'b' }, { kind: 'allow', limit: null }],
    ['b', { kind: 'remove', tool: 'b' }, { kind: 'default', pointer: '/default' }],
    ['secret', { kind: 'allow', tool: 'secret' }, { kind: 'allow' }],
    ['delete_x', { kind: 'remove', tool: 'b' }, { kind: 'hide', glob: 'delete_*', pointer: '/hide/1' }],
    ['a', { kind: 'allow', tool: 'a' }, { kind: 'custom', limit: null }],
    ['get_x', { kind: 'deny', tool: 'get_*' }, { kind: 'deny', glob: 'get_*' }],
    ['__proto__', { kind: 'deny', tool: '__proto__', reason: 'x' }, { kind: 'deny', reason: 'x' }],
    ['constructor', { kind: 'allow', tool: 'constructor' }, { kind: 'allow' }],
  ])('%s after %j', (tool, change, expected) => {
    expect(summaryAfter(tool, change)).toMatchObject(expected);
  });

  it('replaces the dialect by a limit, and adds a second one', () => {
    const source = '{"version":"1","default":"deny","tools":{"x":{"rate_limit":"5/hour"}}}';
    const once = editPolicy(source, { kind: 'limit', tool: 'x', window: 'day', max: 7 });
    expect(JSON.parse(once).tools.x).toEqual({ limits: [{ counter: 'x_rate', window: 'day', max: 7, scope: 'grant' }] });
    const twice = editPolicy(once, { kind: 'limit', tool: 'x', window: 'minute', max: 1, counter: 'fast', index: 1 });
    expect(JSON.parse(twice).tools.x.limits).toHaveLength(2);
  });

  it('limits all tools together', () => {
    const edited = editPolicy(SOURCE, { kind: 'limit', tool: null, window: 'hour', max: 9 });
    expect(JSON.parse(edited).all_tools.limits).toEqual([{ counter: 'all_tools_rate', window: 'hour', max: 9, scope: 'grant' }]);
  });

  it('refuses a text that is no JSON object', () => {
    expect(() => editPolicy('[', { kind: 'default', value: 'deny' })).toThrow('Only a JSON object');
  });
});
