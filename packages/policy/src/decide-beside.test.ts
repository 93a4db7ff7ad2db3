import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { call as anyCall, anyWritten, source, type Written } from '../testdata/arbitrary.ts';
import type { PolicyCall } from './call.ts';
import { type CompiledPolicy, compilePolicy } from './compile.ts';
import { decide } from './decide.ts';
import { decideBeside } from './decide-beside.ts';
import { readPolicy } from './read.ts';

function compiled(text: string): CompiledPolicy {
  const read = readPolicy(text);
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  return compilePolicy(read.document);
}

describe('a version in its shadow period', () => {
  it('changes nothing of what is decided and charged, and is recorded as it would decide, if and only if that is something else', () => {
    let [same, other, counted] = [0, 0, 0];
    fc.assert(
      fc.property(anyWritten, anyWritten, anyCall, (first, second, call) => {
        const [now, next] = [compiled(source(first as Written)), compiled(source(second as Written))];
        const [alone, would] = [decide(now, call), decide(next, call)];
        const both = decideBeside(now, { version: 7, compiled: next }, call);
        const { shadow, shadowCharges = [], shadowLeases = [], ...enforced } = both;
        const { shadow: _, shadowCharges: _c, shadowLeases: _l, ...expected } = alone;
        expect(enforced).toEqual(expected);
        const differs = would.effect !== alone.effect || would.code !== alone.code;
        const { effect, code, rule, message } = would;
        expect(shadow).toEqual(differs ? { effect, code, rule, message, version: 7 } : undefined);
        expect([shadowCharges, shadowLeases]).toEqual(differs ? [[], []] : [would.charges, would.leases]);
        if (differs) other += 1;
        else same += 1;
        counted += shadowCharges.length;
      }),
      { numRuns: 1_500 },
    );
    // It is not true of nothing.
    expect(Math.min(same, other, counted)).toBeGreaterThan(0);
  });

  it('is recorded for every golden case as the case is written down', () => {
    const open = compiled('{"version":"1","default":"allow"}');
    const folder = new URL('../testdata/', import.meta.url);
    let told = 0;
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
      const { documents, cases } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Golden;
      for (const { name, document, method, call, expect: expected } of cases) {
        const text = document === null ? undefined : documents[document];
        const read = text === undefined ? null : readPolicy(typeof text === 'string' ? text : JSON.stringify(text));
        if (method !== undefined || !read?.ok) continue;
        const asked = callOf(call);
        const { effect, shadow } = decideBeside(open, { version: 2, compiled: compilePolicy(read.document) }, asked);
        const early = asked.paused !== null || asked.tool.state !== 'active';
        expect(effect, name).toBe(early ? 'deny' : 'allow');
        if (early || expected.effect === 'allow') expect(shadow, name).toBeUndefined();
        else expect([shadow?.effect, shadow?.code, shadow?.version], name).toEqual([expected.effect, expected.code, 2]);
        if (shadow && expected.rule !== undefined) expect(shadow.rule, name).toBe(expected.rule);
        told += 1;
      }
    }
    expect(told).toBeGreaterThan(200);
  });
});

interface Golden {
  documents: Record<string, unknown>;
  cases: {
    name: string;
    document: string | null;
    method?: string;
    call: Record<string, unknown>;
    expect: { effect: string; code: string; rule?: string | null };
  }[];
}

/** What a case leaves out is that of a plain call. */
function callOf({ tool, state, argsText, longText, ...rest }: Record<string, unknown>): PolicyCall {
  const plain = { category: 'Write', risk: 'Medium', annotations: {}, state: state ?? 'active' };
  const args = longText === undefined ? JSON.parse((argsText as string | undefined) ?? '{}') : { v: 'a'.repeat(longText as number) };
  const who = { grant: { label: 'ci', tags: [] }, client: { name: null }, paused: null };
  const named = typeof tool === 'string' ? { name: tool } : (tool as object);
  return { ...who, args, ...rest, tool: { ...plain, ...named } } as unknown as PolicyCall;
}
