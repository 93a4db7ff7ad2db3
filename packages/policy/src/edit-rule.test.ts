import { expect, test } from 'vitest';
import type { PolicyRule } from './document.ts';
import { addCondition, addEntry, removeCondition, removeEntry, setCondition, setEntry } from './edit-entry.ts';
import { addConcurrency, addLimit, freeCounter, removeLimit, setConcurrency, setLimit } from './edit-limit.ts';
import { setPlace } from './edit-place.ts';
import { addHidden, addRule, rulePointer, setMethod, setRule } from './edit-rule.ts';
import { readPolicy } from './read.ts';

const source = `{
  "version": "1",
  "default": "deny",
  "$schema": "x",
  "hide": ["delete_*"],
  "tools": {
    "run": { "limits": [ { "counter": "c", "window": "15m", "max": 30, "incrementFrom": "args.n" }, { "concurrency": 2 } ] },
    "old": { "rate_limit": { "max": 10, "window": 60 } },
    "pay": { "require": [ { "path": "args.n",  "op": "lt", "value": 5 } ],
             "deny_if": [ { "conditions": [ { "path": "args.m", "op": "eq", "value": 1 }, { "path": "args.k", "op": "exists" } ], "on_deny": "No" } ] }
  }
}`;
const documentOf = (text: string) => {
  const read = readPolicy(text);
  if (!read.ok) throw new Error(`${read.errors[0]?.message}\n${text}`);
  return read.document;
};
const ruleOf = (text: string, name: string) => documentOf(text).tools.get(name) as PolicyRule;
/** The lines of the text that an edit changed, as they are after it. */
const changed = (text: string) => text.split('\n').filter((line) => !source.split('\n').includes(line));

test('a member of a limit is changed in its place, and nothing else of the text', () => {
  const rule = ruleOf(source, 'run');
  const text = setLimit(source, rule, rule.limits[0]!, { max: 31, scope: 'organization' });
  expect(changed(text)).toEqual([
    '    "run": { "limits": [ { "counter": "c", "window": "15m", "max": 31, "incrementFrom": "args.n", "scope": "organization" }, { "concurrency": 2 } ] },',
  ]);
});

test('what a limit adds up is written as "by", whatever it was called', () => {
  const rule = ruleOf(source, 'run');
  const text = setLimit(source, rule, rule.limits[0]!, { by: 'args.k' });
  expect(text).not.toContain('incrementFrom');
  expect(ruleOf(text, 'run').limits[0]).toMatchObject({ by: 'args.k', max: 30 });
  expect(ruleOf(setLimit(source, rule, rule.limits[0]!, { by: null }), 'run').limits[0]?.by).toBeNull();
});

test('an older rate_limit becomes a limit when more is said of it, and stays the same counter', () => {
  const rule = ruleOf(source, 'old');
  const text = setLimit(source, rule, rule.limits[0]!, { scope: 'server' });
  expect(ruleOf(text, 'old').limits).toMatchObject([{ counter: 'old_rate', max: 10, windowMs: 60_000, scope: 'server' }]);
  expect(text).not.toContain('rate_limit');
});

test('defaults are not written', () => {
  const rule = ruleOf(source, 'run');
  const told = setLimit(source, rule, rule.limits[0]!, { on_unavailable: 'allow', refund_on: ['tool_error'] });
  expect(ruleOf(told, 'run').limits[0]).toMatchObject({ onUnavailable: 'allow', refundOn: ['tool_error'] });
  expect(setLimit(told, rule, rule.limits[0]!, { on_unavailable: 'deny', refund_on: [] })).toBe(source);
});

test('limits of both kinds are added, changed and taken away, the list with the last of them', () => {
  let text = addLimit(source, rulePointer('new'), { counter: 'd', window: 'day', max: 5, scope: 'grant' });
  text = addConcurrency(text, rulePointer('new'), { concurrency: 4, scope: 'grant' });
  text = setConcurrency(text, '/tools/new/limits/1', { concurrency: 3, scope: 'server' });
  expect(ruleOf(text, 'new')).toMatchObject({ limits: [{ counter: 'd', max: 5 }], concurrency: [{ concurrency: 3, scope: 'server' }] });
  text = removeLimit(removeLimit(text, '/tools/new/limits/1'), '/tools/new/limits/0');
  expect(JSON.parse(text).tools.new).toEqual({});
});

test('a new counter has a name of its own', () => {
  expect(freeCounter(source, 'c')).toBe('c_2');
  expect(freeCounter(source, 'd')).toBe('d');
});

test('a condition is changed in its place, whether it stands alone or in an entry', () => {
  const alone = setCondition(source, '/tools/pay/require/0', { path: 'args.n', op: 'lt', value: 6 });
  expect(changed(alone)).toEqual(['    "pay": { "require": [ { "path": "args.n",  "op": "lt", "value": 6 } ],']);
  const within = setCondition(source, '/tools/pay/deny_if/0/conditions/1', { path: 'args.k[*]', op: 'in', value: [1, 2], match: 'every' });
  expect(ruleOf(within, 'pay').denyIf[0]?.conditions[1]).toMatchObject({ path: 'args.k[*]', op: 'in', value: [1, 2], match: 'every' });
});

test('a condition that stands alone becomes an entry when more is said', () => {
  const message = setEntry(source, '/tools/pay/require/0', { message: 'Less, please' });
  expect(ruleOf(message, 'pay').require).toMatchObject([{ message: 'Less, please', conditions: [{ path: 'args.n' }] }]);
  const more = addCondition(source, '/tools/pay/require/0', { path: 'args.z', op: 'exists', value: true });
  expect(ruleOf(more, 'pay').require).toMatchObject([{ conditions: [{ path: 'args.n' }, { path: 'args.z' }] }]);
});

test('an entry never comes to hold always because its last condition went', () => {
  const one = removeCondition(source, '/tools/pay/deny_if/0/conditions/0');
  expect(ruleOf(one, 'pay').denyIf).toMatchObject([{ conditions: [{ path: 'args.k' }], message: 'No' }]);
  expect(ruleOf(removeCondition(one, '/tools/pay/deny_if/0/conditions/0'), 'pay').denyIf).toEqual([]);
  expect(ruleOf(removeCondition(source, '/tools/pay/require/0'), 'pay').require).toEqual([]);
});

test('approvals have a message, a time and a number of people', () => {
  const added = addEntry(source, rulePointer('pay'), 'approve_if', []);
  const told = setEntry(added, '/tools/pay/approve_if/0', { message: 'Ask', timeout: '30m', approvals: 2 });
  expect(ruleOf(told, 'pay').approveIf).toMatchObject([{ message: 'Ask', timeoutMs: 1_800_000, approvals: 2, conditions: [] }]);
  expect(ruleOf(setEntry(told, '/tools/pay/approve_if/0', { message: '' }), 'pay').approveIf[0]?.message).toBeNull();
  expect(removeEntry(told, '/tools/pay/approve_if/0')).not.toContain('approve_if');
});

test('a rule that is added allows nothing', () => {
  const text = addRule(source, 'get_*');
  expect(ruleOf(text, 'get_*').action).toBe('deny');
  expect(addRule(text, 'get_*')).toBe(text);
});

test('mode, action and reason are written only where they say something', () => {
  const shadow = setRule(source, rulePointer('run'), { mode: 'shadow', action: 'deny', reason: 'No' });
  expect(ruleOf(shadow, 'run')).toMatchObject({ mode: 'shadow', action: 'deny', reason: 'No' });
  expect(setRule(shadow, rulePointer('run'), { mode: 'enforce', action: 'allow', reason: '' })).toBe(source);
});

test('hidden names and methods come and go with their lists', () => {
  const hidden = addHidden(source, 'drop_*');
  expect(documentOf(hidden).hide).toEqual(['delete_*', 'drop_*']);
  expect(addHidden(hidden, 'drop_*')).toBe(hidden);
  expect(setPlace(source, '/hide/0', undefined)).not.toContain('hide');
  const methods = setMethod(source, 'prompts/*', 'allow');
  expect([...documentOf(methods).methods]).toEqual([['prompts/*', 'allow']]);
  expect(setMethod(methods, 'prompts/*', null)).toBe(source);
});

test('names that are hostile to objects are names like any other', () => {
  const text = addRule(addRule(source, '__proto__'), 'a/b~c');
  expect(ruleOf(text, '__proto__').action).toBe('deny');
  expect(ruleOf(setRule(text, rulePointer('a/b~c'), { reason: 'No' }), 'a/b~c').reason).toBe('No');
});
