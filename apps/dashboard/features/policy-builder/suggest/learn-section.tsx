'use client';
import { useEffect } from 'react';
import { Button } from '@/components/ui/button';
import { ScrollRegion } from '@/components/ui/scroll-region';
import { callsUrl, ReplayProgress } from '../replay/replay-pane.tsx';
import { useLifeWorker } from '../replay/use-life-worker.ts';
import type { Edit } from '../rule-form/edit.ts';

const MOST = 10_000;

interface Props {
  organization: string;
  /** The policy's slug. */
  policy: string;
  days: number;
  mayManage: boolean;
  onEdit: Edit;
}

/** A policy that allows what was called in these days, limited to a little more than its peaks, and nothing else. */
export function LearnSection({ organization, policy, days, mayManage, onEdit }: Props) {
  const { state, ask, cancel } = useLifeWorker<'learn'>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was learned of other days is not shown for these.
  useEffect(() => cancel(), [days, cancel]);
  return (
    <section aria-label="Learned" className="grid justify-items-start gap-2">
      <h2 className="font-semibold text-sm">Least privilege, learned from the calls</h2>
      <p className="text-muted">
        Allows the tools that were called, limited to one and a half times the busiest grant’s peak, and nothing else.
      </p>
      {state.kind !== 'working' && state.kind !== 'done' && (
        <Button size="sm" onClick={() => ask({ kind: 'learn', url: `${callsUrl(organization, policy, MOST)}&days=${days}` })}>
          Learn from the calls
        </Button>
      )}
      <div aria-live="polite" className="grid w-full gap-2">
        {state.kind === 'working' && <ReplayProgress read={state.read} last={MOST} />}
        {state.kind === 'fault' && <p className="text-denied">{state.message}</p>}
        {state.kind === 'done' && state.done.learned.tools.length === 0 && (
          <p className="text-muted">No call passed in this time, so there is nothing to learn from.</p>
        )}
        {state.kind === 'done' && state.done.learned.tools.length > 0 && (
          <>
            <ScrollRegion label="Learned limits" className="max-h-60 overflow-auto rounded-control border border-line -outline-offset-2">
              <table className="w-full text-xs tabular-nums">
                <thead>
                  <tr className="text-left text-muted">
                    {['Tool', 'Calls', 'Peak a minute', 'Peak a day', 'Limits'].map((name) => (
                      <th key={name} scope="col" className="px-2 py-1 font-medium">
                        {name}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {state.done.learned.tools.map(({ tool, calls, peakMinute, peakDay, perMinute, perDay }) => (
                    <tr key={tool}>
                      <th scope="row" className="min-w-36 break-words px-2 py-1 text-left font-mono font-normal">
                        {tool}
                      </th>
                      <td className="px-2 py-1">{calls}</td>
                      <td className="px-2 py-1">{peakMinute}</td>
                      <td className="px-2 py-1">{peakDay}</td>
                      <td className="whitespace-nowrap px-2 py-1">
                        {perMinute} a minute, {perDay} a day
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </ScrollRegion>
            {state.done.calls === MOST && <p className="text-muted text-xs">Learned from the newest {MOST.toLocaleString('en')} calls.</p>}
            {state.done.learned.leftOut.length > 0 && (
              <p className="text-muted text-xs">
                Left out, because a * in a name would be a glob: {state.done.learned.leftOut.join(', ')}.
              </p>
            )}
            {mayManage && (
              <div>
                <Button size="sm" variant="primary" onClick={() => onEdit(() => state.done.learned.source)}>
                  Use as the draft
                </Button>
              </div>
            )}
          </>
        )}
      </div>
    </section>
  );
}
