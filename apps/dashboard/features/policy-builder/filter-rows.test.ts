import { expect, test } from 'vitest';
import { builderTool, documentOf } from './builder-testing.ts';
import { ACTIONS, changedNames, filterRows, NO_FILTERS, RISKS, readChoices, readUnusedDays } from './filter-rows.ts';
import { toolRows } from './tool-rows.ts';

const before = documentOf({
  version: '1',
  default: 'deny',
  tools: { draw: { action: 'deny' }, 'get_*': {}, 'list_*': {}, pay: { limits: [{ counter: 'c', window: 'minute', max: 3 }] } },
});
const tools = [
  builderTool('draw', { risk: 'High', category: 'Execute' }),
  builderTool('pay', { risk: 'Critical', category: 'Financial' }),
  builderTool('get_all'),
];
const rows = [...toolRows(before, tools).values()].flat();
const names = (given: object, changes: string[] = [], unused: string[] | null = null) =>
  filterRows(rows, { ...NO_FILTERS, ...given }, { changes: new Set(changes), unused: unused && new Set(unused) }).map(({ name }) => name);

test('rows are narrowed by risk, by what is done and by what the draft changed, and all three together', () => {
  expect(names({}).sort()).toEqual(['draw', 'get_*', 'get_all', 'list_*', 'pay']);
  expect(names({ risks: ['Critical', 'High'] })).toEqual(['pay', 'draw']);
  expect(names({ actions: ['deny', 'limit'] })).toEqual(['pay', 'draw']);
  expect(names({ actions: ['allow'] }).sort()).toEqual(['get_*', 'get_all', 'list_*']);
  expect(names({ changed: true }, ['draw'])).toEqual(['draw']);
  expect(names({ risks: ['Critical'], changed: true }, ['draw'])).toEqual([]);
});

test('what never fired is a rule that is written, and none as long as it is not known', () => {
  expect(names({ unusedDays: 30 }, [], ['pay', 'get_*', 'get_all'])).toEqual(['pay', 'get_*']);
  expect(names({ unusedDays: 30, actions: ['limit'] }, [], ['pay', 'get_*'])).toEqual(['pay']);
  expect(names({ unusedDays: 30 })).toEqual([]);
});

test('changed is what a draft says otherwise: a rule, a place among the patterns, what a pattern or the default makes of a tool', () => {
  const after = (tools: object, rest: object = {}) => documentOf({ version: '1', default: 'deny', tools, ...rest });
  const written = { draw: { action: 'deny' }, 'get_*': {}, 'list_*': {}, pay: { limits: [{ counter: 'c', window: 'minute', max: 3 }] } };
  const changes = (document: typeof before) => [...changedNames(before, document, tools)].sort();
  expect(changes(after(written))).toEqual([]);
  expect(changes(after({ ...written, draw: {} }))).toEqual(['draw']);
  expect(changes(after({ draw: written.draw, 'list_*': {}, 'get_*': {}, pay: written.pay }))).toEqual(['get_*', 'list_*']);
  expect(changes(after({ ...written, 'get_*': { action: 'deny' } }))).toEqual(['get_*', 'get_all']);
  expect(changes(after(written, { hide: ['pay'] }))).toEqual(['pay']);
});

test('what an address asks for is read as far as it is known', () => {
  expect(readChoices('Low,none,High', RISKS)).toEqual(['High', 'Low']);
  expect(readChoices(null, ACTIONS)).toEqual([]);
  expect(['30', '31', 'x', null].map(readUnusedDays)).toEqual([30, null, null, null]);
});
