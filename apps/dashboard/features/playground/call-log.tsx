'use client';
import type { Decision } from '@toolgate/policy/decision';
import { useEffect, useRef } from 'react';
import { DecisionMark } from '@/components/ui/decision-mark';
import { ScrollRegion } from '@/components/ui/scroll-region';

export interface LoggedCall {
  number: number;
  tool: string;
  decision: Decision;
}

/** The calls in their order, newest last and in sight; what the agent is told stands under a refusal. */
export function CallLog({ calls }: { calls: LoggedCall[] }) {
  const end = useRef<HTMLLIElement>(null);
  const count = calls.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new call scrolls.
  useEffect(() => {
    const list = end.current?.closest('[role=group]');
    if (list) list.scrollTop = list.scrollHeight;
  }, [count]);
  const last = calls.at(-1);
  return (
    <div className="grid min-h-0 grid-rows-[minmax(0,1fr)_auto]">
      <ScrollRegion label="Calls" className="relative min-h-72 overflow-y-auto rounded-control border border-line bg-sunken">
        {count === 0 ? (
          <p className="grid h-full place-content-center px-8 text-center text-muted text-sm">
            Press “31 times”. Thirty calls pass; the next one does not.
          </p>
        ) : (
          <ol className="absolute inset-x-0 top-0 font-mono text-xs">
            {calls.slice(-200).map((call) => (
              <li
                key={call.number}
                ref={call === last ? end : undefined}
                className="grid grid-cols-[2.25rem_minmax(0,1fr)_auto] items-center gap-x-2 border-line/70 border-b px-3 py-1 last:border-b-0"
              >
                <span className="text-faint">{call.number}</span>
                <span className="clip">{call.tool}</span>
                <DecisionMark decision={WORDS[call.decision.effect]} plain={call.decision.effect === 'allow'} />
              </li>
            ))}
          </ol>
        )}
      </ScrollRegion>
      <div role="status" className="mt-2 min-h-15 text-sm">
        {last && last.decision.effect !== 'allow' && (
          <>
            <p>
              <span className="text-muted">The agent reads:</span> {last.decision.message}
            </p>
            <p className="font-mono text-muted text-xs">
              {last.decision.code}
              {last.decision.rule !== null && ` at ${last.decision.rule}`}
            </p>
          </>
        )}
        {last?.decision.shadow && (
          <p className="text-muted">
            Were shadow rules enforced, it would be {WORDS[last.decision.shadow.effect]}: {last.decision.shadow.message}
          </p>
        )}
        {last?.decision.effect === 'allow' && <p className="text-muted">Call {last.number} is allowed and would be forwarded.</p>}
      </div>
    </div>
  );
}

const WORDS = { allow: 'allowed', limit: 'limited', deny: 'denied', pending: 'pending' } as const;
