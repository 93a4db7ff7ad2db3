import type { PolicyTool } from '@toolgate/policy/call';
import type { UsedCounter } from '@toolgate/policy/used-counters';
import type { BuilderGrant } from './builder-grant.ts';
import type { Situation } from './circumstances.tsx';
import type { Question } from './simulator/simulate.ts';

/** A call that is tried: the tool, JSON of its arguments, who calls, and what else the decision depends on. */
export interface TriedCall {
  tool: PolicyTool;
  args: string;
  grant: BuilderGrant;
  situation: Situation;
  used: UsedCounter[];
}

/** What the engine is asked of a call. @param source the text of the draft */
export function questionOf(source: string, { tool, args, grant, situation, used }: TriedCall): Extract<Question, { kind: 'call' }> {
  const { name, annotations, category, risk, state: pinned } = tool;
  const { client, state, approved } = situation;
  return {
    kind: 'call',
    source: state === 'no_policy' ? null : source,
    call: {
      tool: { name, category, risk, annotations, state: pinned },
      args,
      grant: { label: grant.label, tags: [grant.kind] },
      client: { name: client || null },
      paused: state === 'as_it_is' ? (grant.paused ? 'grant' : null) : state === 'no_policy' ? null : state,
      approved,
      used,
    },
  };
}
