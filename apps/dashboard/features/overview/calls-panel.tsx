'use client';
import Link from 'next/link';
import { useState } from 'react';
import { DecisionMark } from '@/components/ui/decision-mark';
import { SegmentedControl } from '@/components/ui/segmented-control';
import { CallsChart } from './calls-chart.tsx';
import { callsHref, DECISIONS_OF } from './calls-href.ts';
import { CallsTable } from './calls-table.tsx';
import { type CallBucket, STACK, sumBuckets } from './stack-bars.ts';

/** Calls by decision over the last 24 hours: totals that lead to the calls, and a chart or a table of the hours. */
export function CallsPanel({ organization, buckets }: { organization: string; buckets: CallBucket[] }) {
  const [view, setView] = useState<'chart' | 'table'>('chart');
  const totals = sumBuckets(buckets);
  const all = STACK.reduce((sum, decision) => sum + totals[decision], 0);
  // The three that every gateway gives are always there; the others when they occur.
  const shown = (['allowed', 'limited', 'denied', 'pending', 'other'] as const).filter((decision, at) => at < 3 || totals[decision] > 0);
  return (
    <section aria-labelledby="calls-by-decision" className="panel">
      <div className="flex flex-wrap items-center justify-between gap-2 border-line border-b px-4 py-2">
        <h2 id="calls-by-decision" className="text-lg">
          Calls, last 24 hours <span className="font-normal text-muted text-sm">{all.toLocaleString('en')}</span>
        </h2>
        <SegmentedControl
          label="Show calls as"
          size="sm"
          value={view}
          onChange={setView}
          options={[
            { value: 'chart', label: 'Chart' },
            { value: 'table', label: 'Table' },
          ]}
        />
      </div>
      <dl className="flex flex-wrap gap-x-8 gap-y-2 px-4 pt-3">
        {shown.map((decision) => (
          <div key={decision}>
            <dt>
              <DecisionMark
                plain
                decision={decision === 'other' ? 'rejected' : decision}
                {...(decision === 'other' ? { label: 'rejected or no token' } : {})}
              />
            </dt>
            <dd className="text-xl">
              <Link
                href={callsHref(organization, DECISIONS_OF[decision])}
                className="rounded-[3px] hover:underline"
                aria-label={`${totals[decision]} calls ${decision === 'other' ? 'rejected or without a token' : decision} in the last 24 hours: show them`}
              >
                {totals[decision].toLocaleString('en')}
              </Link>
            </dd>
          </div>
        ))}
      </dl>
      {view === 'chart' ? (
        <CallsChart organization={organization} buckets={buckets} total={all} />
      ) : (
        <CallsTable organization={organization} buckets={buckets} decisions={shown} />
      )}
    </section>
  );
}
