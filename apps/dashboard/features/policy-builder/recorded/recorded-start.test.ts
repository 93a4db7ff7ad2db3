import { expect, test } from 'vitest';
import type { BuilderGrant } from '../builder-grant.ts';
import { builderTool } from '../builder-testing.ts';
import type { RecordedCall } from './recorded-call.ts';
import { tryStart } from './recorded-start.ts';

const grant = (id: string, label: string): BuilderGrant => ({ id, label, kind: 'ci', paused: false, governed: true });
const call: RecordedCall = {
  ...{
    seq: 7,
    at: '2026-11-22T10:00:00.000Z',
    tool: 'draw',
    serverId: 's2',
    server: 'art',
    grantId: 'g2',
    grant: 'old-name',
    client: 'Cursor IDE 3.4',
  },
  decided: { decision: 'limited', effect: 'limit', code: 'limit_reached', rule: '/tools/draw/limits/0', message: 'No', policy: null },
  ...{ argumentNames: ['prompt'], kept: false, mayReadValues: true },
};
const tools = [builderTool('a'), builderTool('draw', { inputSchema: { properties: { prompt: { type: 'string' } } } })];

test('a call of the log is filled in as it was made: its tool, server, client and grant, under the name that the grant has today', () => {
  const start = tryStart(call, tools, [grant('g1', 'old-name'), grant('g2', 'new-name')]);
  expect(start).toMatchObject({ tool: 'draw', serverId: 's2', client: 'Cursor IDE', grant: { id: 'g2', label: 'new-name', kind: 'ci' } });
  expect(JSON.parse(start.args ?? '')).toEqual({ prompt: expect.any(String) });
});

test('a client that told no version keeps its whole name', () => {
  expect(tryStart({ ...call, client: 'Cursor IDE' }, tools, []).client).toBe('Cursor IDE');
  expect(tryStart({ ...call, client: null }, tools, []).client).toBe('');
});

test('a grant that is gone is tried by its name, and nothing is counted of it', () => {
  expect(tryStart(call, tools, [grant('g1', 'other')]).grant).toMatchObject({ id: null, label: 'old-name' });
});

test('without a call of the log the first tool is tried as the first grant', () => {
  expect(tryStart(null, tools, [grant('g1', 'first')])).toMatchObject({ tool: 'a', args: null, grant: { id: 'g1' } });
});
