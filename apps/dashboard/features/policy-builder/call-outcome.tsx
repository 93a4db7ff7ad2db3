'use client';
import type { ComponentProps } from 'react';
import { DecisionTrace } from '@/components/decision-trace';
import { DecisionMark } from '@/components/ui/decision-mark';
import { CounterState } from './counter-state.tsx';
import { EFFECT_WORDS } from './effect-words.ts';
import type { Simulation } from './simulator/simulate.ts';

interface Props {
  simulation: Simulation;
  /** How much of each counter is taken. */
  counters: Omit<ComponentProps<typeof CounterState>, 'takes' | 'onShow'>;
  onShow(pointer: string): void;
}

/** The decision, the very words the agent gets, the counters it depends on, and the steps that led to it. */
export function CallOutcome({ simulation: { decision, listed, says, problems, takes }, counters, onShow }: Props) {
  const { shadow } = decision;
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <DecisionMark decision={decision.effect} label={EFFECT_WORDS[decision.effect]} />
        <code className="font-mono text-xs">{decision.code}</code>
        {decision.rule !== null && <RuleLink pointer={decision.rule} onShow={onShow} />}
        <span className="text-muted text-xs">{listed ? 'in tools/list' : 'not in tools/list'}</span>
      </div>
      {says !== null && <p className="text-muted text-sm">{says}</p>}
      <figure>
        <figcaption className="text-muted text-xs">{decision.effect === 'allow' ? 'Recorded' : 'The agent reads'}</figcaption>
        <blockquote className="mt-1 rounded-control border border-line bg-sunken px-3 py-2 text-sm">{decision.message}</blockquote>
      </figure>
      {decision.approval && (
        <p className="text-muted text-sm">
          {decision.approval.approvals === 1 ? 'One person has' : `${decision.approval.approvals} people have`}{' '}
          {Math.round(decision.approval.timeoutMs / 60_000)} min to answer.
        </p>
      )}
      {shadow && (
        <div className="grid gap-1 rounded-control border border-line border-dashed px-3 py-2 text-sm">
          <p className="flex flex-wrap items-center gap-2">
            Were shadow rules enforced: <DecisionMark decision={shadow.effect} label={EFFECT_WORDS[shadow.effect]} shadow />
            {shadow.rule !== null && <RuleLink pointer={shadow.rule} onShow={onShow} />}
          </p>
          <p className="text-muted">{shadow.message}</p>
        </div>
      )}
      {problems[0] && (
        <p className="text-denied text-sm">
          The draft cannot be read ({problems[0].message}). A gateway that holds such a document denies every call.
        </p>
      )}
      <CounterState takes={takes} {...counters} onShow={onShow} />
      <DecisionTrace trace={decision.trace} onRule={onShow} />
    </>
  );
}

export const RuleLink = ({ pointer, onShow }: { pointer: string; onShow(pointer: string): void }) => (
  <button type="button" onClick={() => onShow(pointer)} className="link break-all text-left font-mono text-xs">
    {pointer}
  </button>
);
