import { expect, test } from 'vitest';
import { boardColumns } from './board-columns.ts';
import { builderTool, documentOf } from './builder-testing.ts';
import { toolRows } from './tool-rows.ts';

const document = documentOf({
  version: '1',
  default: 'deny',
  hide: ['debug_*'],
  tools: {
    free: {},
    narrow: { require: [{ path: 'args.a', op: 'exists' }] },
    capped: { deny_if: [{ path: 'args.a', op: 'exists' }], limits: [{ concurrency: 2 }] },
    asked: { approve_if: [{ conditions: [] }], limits: [{ counter: 'c', window: 'day', max: 1 }] },
    denied: { action: 'deny' },
    watched: { action: 'deny', mode: 'shadow' },
    'get_*': { action: 'hide' },
  },
});
const tools = ['debug_x', 'get_a', 'new'].map((name) => builderTool(name));

test('each tool stands in the column of what happens to its calls', () => {
  const rows = [...toolRows(document, tools).values()].flat();
  const columns = boardColumns(rows, document.default);
  expect(Object.fromEntries([...columns].map(([column, cards]) => [column, cards.map(({ name }) => name).sort()]))).toEqual({
    allow: ['free', 'narrow', 'watched'],
    limit: ['capped'],
    approve: ['asked'],
    deny: ['denied', 'new'],
    hide: ['debug_x', 'get_*', 'get_a'],
  });
});
