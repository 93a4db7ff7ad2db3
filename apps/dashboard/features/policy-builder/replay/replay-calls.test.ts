import type { LoggedCall } from '@toolgate/services/policy/recorded-calls';
import { expect, test } from 'vitest';
import { replayCalls } from './replay-calls.ts';

const call = (seq: number, more: Partial<LoggedCall> = {}): LoggedCall => ({
  seq,
  received: new Date(seq * 1000).toISOString(),
  at: seq * 1000,
  latencyMs: 5,
  refunded: false,
  method: 'tools/call',
  tool: { name: 'draw', category: 'Write', risk: 'Medium', annotations: {} },
  argumentKeys: ['prompt'],
  keysComplete: true,
  requestBytes: 100,
  grant: { id: 'g', label: 'ci', tags: ['ci'] },
  serverId: 's',
  client: null,
  was: 'passes',
  approved: false,
  beforePolicy: false,
  ...more,
});

test('calls are counted by what changes, each with its number in the log, newest first', () => {
  const source = '{"version":"1","default":"deny","tools":{"draw":{"limits":[{"counter":"c","window":"hour","max":2}]},"open":{}}}';
  const open = { name: 'open', category: 'Read', risk: 'Low', annotations: {} };
  // As the server sends them: newest first.
  const calls = [call(5), call(4, { tool: open, was: 'refused' }), call(3), call(2), call(1)];
  const result = replayCalls(source, calls);
  expect(result).toMatchObject({
    total: 5,
    counts: { newly_denied: 2, newly_allowed: 1, newly_pending: 0, not_decidable: 0, unchanged: 2 },
  });
  expect(result.calls.newly_denied.map(({ seq, rule }) => [seq, rule])).toEqual([
    [5, '/tools/draw/limits/0'],
    [3, '/tools/draw/limits/0'],
  ]);
  expect(result.calls.newly_allowed).toMatchObject([{ seq: 4, name: 'open', grant: 'ci', was: 'refused', now: 'passes' }]);
  expect([result.from, result.to]).toEqual([call(1).received, call(5).received]);
});

test('only the newest two hundred of a kind are listed, all are counted', () => {
  const result = replayCalls(
    '{"version":"1","default":"allow"}',
    Array.from({ length: 500 }, (_, index) => call(index + 1)),
  );
  expect(result.counts.unchanged).toBe(500);
  expect(result.calls.unchanged).toHaveLength(200);
  expect(result.calls.unchanged[0]?.seq).toBe(500);
});

test('what cannot be decided without values is counted as readable where they were captured, and is decided with them', () => {
  const source =
    '{"version":"1","default":"deny","tools":{"draw":{"deny_if":[{"conditions":[{"path":"args.prompt","op":"eq","value":"x"}]}]}}}';
  const captured = [call(1, { readable: true }), call(2, { readable: true }), call(3)];
  expect(replayCalls(source, captured)).toMatchObject({ counts: { not_decidable: 3 }, readable: 2 });
  const values = [call(1, { readable: true, args: { prompt: 'x' } }), call(2, { readable: true, args: { prompt: 'y' } }), call(3)];
  expect(replayCalls(source, values)).toMatchObject({ counts: { newly_denied: 1, unchanged: 1, not_decidable: 1 }, readable: 0 });
});
