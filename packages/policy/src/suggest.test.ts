import { describe, expect, it } from 'vitest';
import { compileSource } from './policy-test.ts';
import { readPolicy } from './read.ts';
import { createReplay } from './replay.ts';
import { learnPolicy } from './suggest-learned.ts';
import { type Unused, unusedParts, withoutUnused } from './suggest-unused.ts';

const call = (tool: string | null, at: number, more: object = {}) => ({
  at,
  latencyMs: 5,
  refunded: false,
  method: tool === null ? 'prompts/get' : 'tools/call',
  tool: tool === null ? null : { name: tool, category: 'Write', risk: 'Medium', annotations: {} },
  argumentKeys: [],
  keysComplete: true,
  requestBytes: 100,
  grant: { id: 'g', label: 'ci', tags: ['ci'] },
  serverId: 's',
  client: null,
  was: 'passes' as const,
  approved: false,
  beforePolicy: false,
  ...more,
});

describe('a learned policy', () => {
  const calls = [
    ...Array.from({ length: 40 }, (_, index) => call('draw', index * 3_000)),
    ...Array.from({ length: 10 }, (_, index) => call('draw', index * 1_000, { grant: { id: 'h', label: 'h', tags: [] } })),
    call('odd name', 10),
    call('a*', 20),
    call('denied', 30, { was: 'refused' }),
    call(null, 40),
  ];
  const learned = learnPolicy(calls);

  it('allows what was called with room above the peak of the busiest grant, and nothing else', () => {
    expect(learned.tools).toMatchObject([
      { tool: 'draw', calls: 50, peakMinute: 21, peakDay: 40, perMinute: 35, perDay: 60 },
      { tool: 'odd name', calls: 1, perMinute: 2, perDay: 2 },
    ]);
    expect(learned.leftOut).toEqual(['a*']);
    const document = JSON.parse(learned.source);
    expect(document).toMatchObject({ default: 'deny', methods: { 'prompts/get': 'allow' } });
    expect(Object.keys(document.tools)).toEqual(['draw', 'odd name']);
    expect(readPolicy(learned.source)).toMatchObject({ ok: true });
  });

  it('lets through every call that it was learned from, and refuses what was refused', () => {
    const replay = createReplay(compileSource(learned.source));
    const replayed = calls
      .filter(({ tool }) => tool?.name !== 'a*')
      .toSorted((a, b) => a.at - b.at)
      .map(replay);
    expect(replayed.every(({ change }) => change === 'unchanged')).toBe(true);
    expect(replay(call('denied', 200_000))).toMatchObject({ change: 'newly_denied' });
  });
});

describe('what is of no use', () => {
  const source = `{
  "version": "1",
  "default": "deny",
  "hide": ["delete_*"],
  "tools": {
    "draw": { "limits": [{ "counter": "c", "window": "minute", "max": 30 }, { "counter": "d", "window": "day", "max": 300 }] },
    "never": { "limits": [{ "counter": "n", "window": "minute", "max": 30 }] },
    "get_*": { "deny_if": [{ "path": "args.x", "op": "gt", "value": 1 }] },
    "off": { "action": "deny" }
  }
}`;
  const before = '{"version":"1","default":"deny","tools":{"draw":{"limits":[{"max":300,"counter":"d","window":"day"}]}}}';
  const read = readPolicy(source);
  if (!read.ok) throw new Error('unreadable');
  const activity = {
    passed: [{ tool: 'draw' }, { tool: 'get_a' }],
    fired: [{ version: 3, rule: '/tools/draw/limits/0' }],
    sources: [{ version: 3, source: before }],
  };
  const found = unusedParts(read.document, source, activity);

  it('is found by what a line says, wherever it stood in the version that decided', () => {
    expect(found.map(({ kind, pointer }) => `${kind} ${pointer}`)).toEqual([
      'unused_tool /tools/never',
      'never_fired /hide/0',
      'never_fired /tools/draw/limits/0',
      'never_fired /tools/get_*/deny_if/0',
      'never_fired /tools/off/action',
    ]);
    expect(found.every(({ says }) => says.length > 10)).toBe(true);
  });

  it('is taken out of the text with one edit, and the rest stays as it is', () => {
    for (const part of found) expect(readPolicy(withoutUnused(source, part))).toMatchObject({ ok: true });
    const [never] = found;
    expect(JSON.parse(withoutUnused(source, never!)).tools).not.toHaveProperty('never');
    expect(JSON.parse(withoutUnused(source, found[2] as Unused)).tools.draw.limits).toMatchObject([{ counter: 'd' }]);
    const open = source.replace('"default": "deny"', '"default": "allow"');
    expect(JSON.parse(withoutUnused(open, never!)).tools.never).toMatchObject({ action: 'deny' });
  });
});
