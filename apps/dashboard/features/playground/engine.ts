import { type CompiledPolicy, compilePolicy } from '@toolgate/policy/compile';
import { decide, limitDecision } from '@toolgate/policy/decide';
import type { Decision } from '@toolgate/policy/decision';
import { explainDocument } from '@toolgate/policy/explain-document';
import type { Conversion, PolicyProblem } from '@toolgate/policy/problem';
import { readPolicy } from '@toolgate/policy/read';
import type { RollingCounters } from './rolling-counters';

export type Read =
  | { ok: true; policy: CompiledPolicy; conversions: Conversion[]; sentences: string[] }
  | { ok: false; problems: PolicyProblem[] };

/** Reads a document as the gateway would when it is published. */
export function readDocument(source: string): Read {
  const read = readPolicy(source);
  if (!read.ok) return { ok: false, problems: read.errors };
  const { document, conversions } = read;
  return { ok: true, policy: compilePolicy(document), conversions, sentences: explainDocument(document).map(({ text }) => text) };
}

/** Decides one call as the gateway would, and takes what it costs from the counters. `now` in milliseconds. */
export function callTool(policy: CompiledPolicy, counters: RollingCounters, tool: PlaygroundTool, now: number): Decision {
  const decision = decide(policy, {
    tool: { ...tool, annotations: {}, state: 'active' },
    args: { prompt: 'a lighthouse at dusk' },
    grant: { label: 'playground', tags: [] },
    client: { name: 'playground' },
    paused: null,
  });
  if (decision.effect !== 'allow') return decision;
  const charged = counters.charge(decision.charges, now);
  const full = charged.ok ? undefined : decision.charges[charged.index];
  return charged.ok || !full ? decision : limitDecision(full, charged, decision);
}

export interface PlaygroundTool {
  name: string;
  category: string;
  risk: string;
}
