/** The replay against all golden cases: what it decides without the values of the arguments is what is written down for them. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compilePolicy } from './compile.ts';
import { readPolicy } from './read.ts';
import { createReplay } from './replay.ts';

interface Golden {
  documents: Record<string, unknown>;
  cases: {
    name: string;
    document: string | null;
    method?: string;
    call: Record<string, unknown> & { tool: string | { name: string } };
    expect: { effect: string; code: string; rule?: string | null };
  }[];
}

const folder = new URL('../testdata/', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Golden);

const NOW: Record<string, string> = { allow: 'passes', pending: 'asks', deny: 'refused', limit: 'refused' };
/** These are decided before the policy, and not replayed. */
const BEFORE = ['paused', 'no_policy', 'policy_unreadable', 'tool_quarantined'];

it('no golden case is decided otherwise; with the values of the arguments every one of them is decided', () => {
  let [decided, all] = [0, 0];
  for (const { documents, cases } of files)
    for (const { name, document, method, call, expect: expected } of cases) {
      if (document === null || method !== undefined || BEFORE.includes(expected.code)) continue;
      const source = documents[document];
      const read = readPolicy(typeof source === 'string' ? source : JSON.stringify(source));
      if (!read.ok) continue;
      const policy = compilePolicy(read.document);
      const args = valuesOf(call);
      if (args) {
        const { now, code, rule } = createReplay(policy)({ ...recorded(call), args });
        expect([now, code], name).toEqual([NOW[expected.effect], expected.code]);
        if (rule !== null && expected.rule !== undefined) expect(rule, name).toBe(expected.rule);
      }
      const replayed = createReplay(policy)(recorded(call));
      all += 1;
      if (replayed.now === null) continue;
      decided += 1;
      expect(replayed.now, name).toBe(NOW[expected.effect]);
      if (replayed.code !== null) expect(replayed.code, name).toBe(expected.code);
      if (replayed.rule !== null && expected.rule !== undefined) expect(replayed.rule, name).toBe(expected.rule);
    }
  expect(all).toBeGreaterThan(200);
  expect(decided).toBeGreaterThan(50);
});

/** As they are captured: only of calls whose arguments are an object, and not too long. */
function valuesOf({ args, argsText, longText }: Golden['cases'][number]['call']): Record<string, unknown> | null {
  if (longText !== undefined) return null;
  const given = argsText === undefined ? (args ?? {}) : JSON.parse(argsText as string);
  return typeof given === 'object' && given !== null && !Array.isArray(given) ? given : null;
}

function recorded(call: Golden['cases'][number]['call']) {
  const given =
    call.longText !== undefined ? { v: '' } : call.argsText !== undefined ? JSON.parse(call.argsText as string) : (call.args ?? {});
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  const { label = 'ci', tags = [] } = (call.grant ?? {}) as { label?: string; tags?: string[] };
  const client = (call.client as { name: string | null } | undefined)?.name ?? null;
  const tool = typeof call.tool === 'string' ? { name: call.tool } : call.tool;
  return {
    at: 0,
    latencyMs: null,
    refunded: false,
    method: 'tools/call',
    tool: { category: 'Write', risk: 'Medium', annotations: {}, ...tool },
    argumentKeys: isObject ? Object.keys(given as object) : null,
    keysComplete: true,
    requestBytes: call.longText === undefined ? 1_000 : (call.longText as number) * 4 + 1_000,
    grant: { id: 'g', label, tags },
    serverId: 's',
    client: client === null ? null : `${client} 1.0`,
    was: 'passes' as const,
    approved: call.approved === true,
    beforePolicy: false,
  };
}
