import { describe, expect, test } from 'vitest';
import { builderTool, documentOf } from './builder-testing.ts';
import { mergeTools } from './builder-tool.ts';
import { searchRows, toolRows } from './tool-rows.ts';

const limit = { counter: 'c', window: 'minute', max: 30 };
const document = documentOf({
  version: '1',
  default: 'deny',
  hide: ['debug_*'],
  tools: {
    run: { limits: [limit] },
    list: {},
    drop: { action: 'deny' },
    secret: { action: 'hide' },
    pay: { require: [{ path: 'args.amount', op: 'lt', value: 5 }] },
    watched: { mode: 'shadow', action: 'deny' },
    'get_*': {},
    'get_b*': { action: 'deny' },
    gone: {},
  },
});
const tools = ['run', 'list', 'drop', 'secret', 'pay', 'watched', 'get_a', 'get_bill', 'debug_x', 'new'].map((name) => builderTool(name));
const all = [...toolRows(document, tools).values()].flat();
const row = (name: string) => all.find((one) => one.name === name);

describe('the rows of the table', () => {
  test.each([
    ['run', 'limit'],
    ['list', 'allow'],
    ['drop', 'deny'],
    ['secret', 'hide'],
    ['pay', 'custom'],
    ['watched', 'custom'],
  ])('%s is shown as %s by its own rule', (name, choice) => {
    expect(row(name)).toMatchObject({ choice, from: { kind: 'rule' } });
  });

  test('a tool without a rule shows the most specific pattern that applies, else the default', () => {
    expect(row('get_a')).toMatchObject({ choice: 'allow', from: { kind: 'pattern', pattern: 'get_*' } });
    expect(row('get_bill')).toMatchObject({ choice: 'deny', from: { kind: 'pattern', pattern: 'get_b*' } });
    expect(row('new')).toMatchObject({ choice: null, from: { kind: 'default' } });
  });

  test('the list of hidden names wins', () => {
    expect(row('debug_x')).toMatchObject({ choice: 'hide', from: { kind: 'hidden', pattern: 'debug_*' } });
  });

  test('nothing that the document names is left out', () => {
    const groups = toolRows(document, tools);
    expect(groups.get('Patterns')?.map(({ name }) => name)).toEqual(['get_*', 'get_b*']);
    expect(groups.get('Elsewhere')?.map(({ name }) => name)).toEqual(['gone']);
    expect(all).toHaveLength(tools.length + 3);
  });

  test('the greatest risk comes first', () => {
    const mixed = [
      builderTool('a'),
      builderTool('b', { risk: 'Critical', category: 'Financial' }),
      builderTool('c', { risk: 'Medium', category: 'Write' }),
    ];
    expect([...toolRows(documentOf({ version: '1', default: 'deny' }), mixed).keys()]).toEqual(['Critical', 'Medium', 'Low']);
  });
});

test('search finds words in name, description and category', () => {
  const rows = [
    ...toolRows(documentOf({ version: '1', default: 'deny' }), [
      builderTool('run_model', { description: 'Spends credits' }),
      builderTool('list'),
    ]).values(),
  ].flat();
  expect(searchRows(rows, 'CREDITS run').map(({ name }) => name)).toEqual(['run_model']);
  expect(searchRows(rows, ' ')).toHaveLength(2);
});

test('two servers with one tool name are one row with the greater risk', () => {
  const [a, b] = [
    { id: '1', name: 'a' },
    { id: '2', name: 'b' },
  ];
  const merged = mergeTools([builderTool('x', { servers: [a] }), builderTool('x', { servers: [b], risk: 'High', category: 'Execute' })]);
  expect(merged).toEqual([expect.objectContaining({ name: 'x', risk: 'High', servers: [a, b] })]);
});
