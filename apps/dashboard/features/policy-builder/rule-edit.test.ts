import { readPolicy } from '@toolgate/policy/read';
import { expect, test } from 'vitest';
import { CHOICES, type Choice, chooseRule, chooseRules, removeRule } from './rule-edit.ts';
import { type ToolRow, toolRows } from './tool-rows.ts';

function rowOf(source: string, name: string): ToolRow {
  const read = readPolicy(source);
  if (!read.ok) throw new Error(read.errors[0]?.message);
  const row = [...toolRows(read.document, []).values()].flat().find((one) => one.name === name);
  return row ?? { name, tool: null, rule: null, from: { kind: 'default' }, choice: null, says: '' };
}
const after = (source: string, name: string, choice: Choice) => chooseRule(source, rowOf(source, name), choice);
const rowAfter = (source: string, name: string, choice: Choice) => rowOf(after(source, name, choice), name);

const source = `{
  "version": "1",
  "default": "deny",
  "hide": ["gone"],
  "tools": {
    "run":   { "limits": [ { "counter": "c", "window": "15m", "max": 30, "by": "args.n" } ] },
    "old":   { "rate_limit": { "max": 10, "window": 60 } },
    "asked": { "approve_if": [ { "conditions": [] } ], "limits": [ { "concurrency": 2 } ] },
    "pay":   { "require": [ { "path": "args.n", "op": "lt", "value": 5 } ] },
    "quiet": { "mode": "shadow", "action": "deny", "reason": "No" },
    "gone":  {}
  }
}`;

test.each(['new', 'run', 'old', 'asked', 'quiet', 'gone'])('whatever is chosen for %s is what the row then shows', (name) => {
  for (const choice of CHOICES) expect(rowAfter(source, name, choice), choice).toMatchObject({ choice });
});

test('a new tool becomes limited, hidden, and nothing again', () => {
  const limited = after(source, 'new', 'limit');
  expect(rowOf(limited, 'new').rule?.limits).toMatchObject([{ counter: 'new_rate', max: 30, windowMs: 60_000 }]);
  expect(rowOf(removeRule(after(limited, 'new', 'hide'), rowOf(limited, 'new')), 'new')).toMatchObject({ rule: null, choice: null });
});

test('Allow on a rule with conditions really allows', () => {
  expect(rowAfter(source, 'pay', 'allow')).toMatchObject({ choice: 'allow' });
});

test('Limit on a rule with conditions keeps the conditions', () => {
  const row = rowAfter(source, 'pay', 'limit');
  expect(row.rule?.limits).toHaveLength(1);
  expect(row.rule?.require).toHaveLength(1);
});

test('Approve keeps limits and conditions, and Limit takes only the approval away', () => {
  expect(rowAfter(source, 'run', 'approve').rule?.limits).toHaveLength(1);
  expect(rowAfter(source, 'pay', 'approve').rule).toMatchObject({ require: [{}], approveIf: [{}] });
  expect(rowAfter(source, 'asked', 'limit').rule).toMatchObject({ approveIf: [], concurrency: [{ concurrency: 2 }] });
});

test('choosing what is chosen already changes nothing', () => {
  expect(after(source, 'run', 'limit')).toBe(source);
  expect(after(source, 'asked', 'approve')).toBe(source);
});

test('several tools are denied at once', () => {
  const text = chooseRules(
    source,
    ['run', 'old', 'new'].map((name) => rowOf(source, name)),
    'deny',
  );
  expect(['run', 'old', 'new', 'pay'].map((name) => rowOf(text, name).choice)).toEqual(['deny', 'deny', 'deny', 'custom']);
});
