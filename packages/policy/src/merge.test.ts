import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyWritten, source, type Written } from '../testdata/arbitrary.ts';
import { canonical } from './json-text.ts';
import { chooseMine, mergePolicies } from './merge.ts';

const BASE = '{\n  "version": "1",\n  "default": "deny",\n  "tools": {\n    "a": {},\n    "b": { "action": "deny" }\n  }\n}\n';

describe('merging two edits', () => {
  it('takes what only one changed, keeps the formatting of theirs, and asks about what both changed', () => {
    const theirs = BASE.replace('"a": {}', '"a": { "rate_limit": "5/hour" }');
    const mine = BASE.replace('"a": {}', '"a": { "rate_limit": "9/hour" }').replace('"b": { "action": "deny" }', '"c": {}');
    const merge = mergePolicies(BASE, theirs, mine)!;
    expect(merge.taken).toEqual(['/tools/b', '/tools/c']);
    expect(merge.source).toBe(
      '{\n  "version": "1",\n  "default": "deny",\n  "tools": {\n    "a": { "rate_limit": "5/hour" },\n    "c": {}\n  }\n}\n',
    );
    expect(merge.conflicts).toMatchObject([{ pointer: '/tools/a', theirs: { rate_limit: '5/hour' }, mine: { rate_limit: '9/hour' } }]);
    expect(JSON.parse(chooseMine(merge.source, merge.conflicts)).tools.a).toEqual({ rate_limit: '9/hour' });
  });

  it('cannot merge what is no JSON object', () => {
    expect(mergePolicies(BASE, '[]', BASE)).toBeNull();
    expect(mergePolicies(BASE, BASE, '{')).toBeNull();
  });

  it('loses nothing: with nothing of theirs it is mine, with nothing of mine theirs, and choosing mine everywhere keeps all of mine', () => {
    const text = anyWritten.map((written) => source(written as Written));
    fc.assert(
      fc.property(text, text, text, (base, theirs, mine) => {
        const plain = (document: string) => canonical(JSON.parse(document.replaceAll('"__proto__"', '"proto"')));
        const settled = (merged: string) => plain(merged).replace(/"(tools|methods)":\{\}/g, '"$1":{}');
        const fromBase = mergePolicies(base, base, mine)!;
        expect(fromBase.conflicts).toEqual([]);
        expect(withoutEmpty(settled(fromBase.source))).toBe(withoutEmpty(plain(mine)));
        expect(mergePolicies(base, theirs, base)).toMatchObject({ source: theirs, taken: [], conflicts: [] });
        const both = mergePolicies(base, theirs, mine)!;
        const chosen = JSON.parse(chooseMine(both.source, both.conflicts).replaceAll('"__proto__"', '"proto"'));
        const own = JSON.parse(mine.replaceAll('"__proto__"', '"proto"'));
        const before = JSON.parse(base.replaceAll('"__proto__"', '"proto"'));
        for (const [tool, rule] of Object.entries(own.tools)) {
          if (canonical(before.tools[tool]) !== canonical(rule)) expect(canonical(chosen.tools[tool])).toBe(canonical(rule));
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** An object without entries, and none at all, say the same. */
const withoutEmpty = (text: string): string => text.replace(/,?"(tools|methods)":\{\}/g, '').replace(/\{,/g, '{');
