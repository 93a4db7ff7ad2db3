import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Paused, PolicyTool } from './call.ts';
import { type CompiledPolicy, compilePolicy } from './compile.ts';
import { decide, lists } from './decide.ts';
import type { Decision } from './decision.ts';
import { readPolicy } from './read.ts';

interface GoldenCase {
  name: string;
  document: string | null;
  call: { tool: string; args?: unknown; paused?: Paused; state?: PolicyTool['state']; approved?: boolean };
  expect: Pick<Decision, 'effect' | 'code'> & {
    rule?: string | null;
    message?: string;
    listed?: boolean;
    charges?: unknown[];
    shadow?: unknown;
  };
}

const folder = new URL('../testdata/', import.meta.url);

for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const { documents, cases } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
    documents: Record<string, unknown>;
    cases: GoldenCase[];
  };
  describe(`decides as written down in ${file}`, () => {
    it.each(cases)('$name', ({ document, call, expect: expected }) => {
      const policy = document === null ? null : compiled(documents[document]);
      const tool: PolicyTool = { name: call.tool, category: 'Write', risk: 'Medium', annotations: {}, state: call.state ?? 'active' };
      const grant = { label: 'ci', tags: [] };
      const decision = decide(policy, { ...call, tool, args: call.args ?? {}, grant, client: { name: null }, paused: call.paused ?? null });
      expect(decision).toMatchObject({ effect: expected.effect, code: expected.code });
      const { shadow } = decision;
      const seen = {
        rule: decision.rule,
        message: decision.message,
        listed: lists(policy, tool, call.paused ?? null),
        charges: decision.charges.map((c) => [c.scope, c.counter, c.windowMs, c.amountMicros, c.maxMicros, c.rule]),
        shadow: shadow ? [shadow.effect, shadow.code, shadow.rule] : null,
      };
      for (const [key, value] of Object.entries(expected)) if (key in seen) expect(seen[key as keyof typeof seen], key).toEqual(value);
    });
  });
}

function compiled(document: unknown): CompiledPolicy {
  const read = readPolicy(typeof document === 'string' ? document : JSON.stringify(document));
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  return compilePolicy(read.document);
}
