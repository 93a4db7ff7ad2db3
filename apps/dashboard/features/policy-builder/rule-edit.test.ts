import { readPolicy } from '@toolgate/policy/read';
import { expect, test } from 'vitest';
import { editRule, type RuleEdit } from './rule-edit.ts';
import { type ToolRow, toolRows } from './tool-rows.ts';

function rowOf(source: string, name: string): ToolRow {
  const read = readPolicy(source);
  if (!read.ok) throw new Error(read.errors[0]?.message);
  const row = [...toolRows(read.document, []).values()].flat().find((one) => one.name === name);
  return row ?? { name, tool: null, rule: null, from: { kind: 'default' }, choice: null };
}
const after = (source: string, name: string, edit: RuleEdit) => editRule(source, rowOf(source, name), edit);
const ruleAfter = (source: string, name: string, edit: RuleEdit) => rowOf(after(source, name, edit), name);

const source = `{
  "version": "1",
  "default": "deny",
  "tools": {
    "run":   { "limits": [ { "counter": "c", "window": "15m", "max": 30, "by": "args.n" } ] },
    "old":   { "rate_limit": { "max": 10, "window": 60 } },
    "pay":   { "require": [ { "path": "args.n", "op": "lt", "value": 5 } ] }
  }
}`;

test('a number changed in the sentence changes that number and nothing else of the text', () => {
  const row = rowOf(source, 'run');
  const limit = row.rule!.limits[0]!;
  const changed = ruleAfter(source, 'run', { kind: 'limit', limit, max: 45 });
  expect(changed.rule?.limits).toMatchObject([{ max: 45, windowMs: 900_000, by: 'args.n', counter: 'c' }]);
  expect(after(source, 'run', { kind: 'limit', limit, max: 45 })).toContain('"old":   { "rate_limit": { "max": 10, "window": 60 } }');
});

test('a limit in the older form is still the same limit after its number was changed', () => {
  const limit = rowOf(source, 'old').rule!.limits[0]!;
  expect(ruleAfter(source, 'old', { kind: 'limit', limit, max: 20 }).rule?.limits).toMatchObject([
    { max: 20, windowMs: 60_000, counter: limit.counter },
  ]);
});

test('a new tool becomes limited, denied with a reason, hidden, and nothing again', () => {
  expect(ruleAfter(source, 'new', { kind: 'choose', choice: 'limit' })).toMatchObject({ choice: 'limit' });
  const denied = after(source, 'new', { kind: 'reason', reason: 'Not for agents' });
  expect(rowOf(denied, 'new')).toMatchObject({ choice: 'deny', rule: { reason: 'Not for agents' } });
  expect(ruleAfter(denied, 'new', { kind: 'choose', choice: 'hide' })).toMatchObject({ choice: 'hide' });
  expect(ruleAfter(denied, 'new', { kind: 'remove' })).toMatchObject({ rule: null, choice: null });
});

test('Allow on a rule with conditions really allows', () => {
  expect(ruleAfter(source, 'pay', { kind: 'choose', choice: 'allow' })).toMatchObject({ choice: 'allow' });
});

test('Limit on a rule with conditions keeps the conditions', () => {
  const row = ruleAfter(source, 'pay', { kind: 'choose', choice: 'limit' });
  expect(row.rule?.limits).toHaveLength(1);
  expect(row.rule?.require).toHaveLength(1);
});

test('choosing what is chosen already changes nothing', () => {
  expect(after(source, 'run', { kind: 'choose', choice: 'limit' })).toBe(source);
});
