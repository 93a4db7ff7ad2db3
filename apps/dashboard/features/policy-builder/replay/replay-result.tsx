'use client';
import type { Replayed } from '@toolgate/policy/replay';
import Link from 'next/link';
import { ClockTime } from '@/components/ui/clock-time';
import { DecisionMark } from '@/components/ui/decision-mark';
import { ScrollRegion } from '@/components/ui/scroll-region';
import { CHANGES, type ReplayedCall, type ReplayResult } from './replay-calls.ts';

const WORDS: Record<Replayed['change'], { title: string; mark: string; says: string }> = {
  newly_denied: { title: 'Newly denied', mark: 'denied', says: 'passed, and would be refused' },
  newly_allowed: { title: 'Newly allowed', mark: 'allowed', says: 'did not pass, and would' },
  newly_pending: { title: 'Newly asked for', mark: 'pending', says: 'would wait for a person' },
  not_decidable: { title: 'Not decidable', mark: 'unknown', says: 'depends on argument values that are not known' },
  unchanged: { title: 'Unchanged', mark: 'unknown', says: 'decided as it was' },
};

/** How many calls of each kind, and which. */
export function ReplayResultView({
  organization,
  result,
  tookMs,
  onShow,
}: {
  organization: string;
  result: ReplayResult;
  tookMs: number;
  onShow?(pointer: string): void;
}) {
  if (result.total === 0) return <p className="text-muted text-sm">No call of the grants that this policy governs is in the log yet.</p>;
  return (
    <div className="grid gap-3 text-sm">
      <p className="text-muted">
        {result.total.toLocaleString('en')} {result.total === 1 ? 'call' : 'calls'} decided again in {Math.round(tookMs)} ms. Counters begin
        empty with the oldest of them.
      </p>
      <ul aria-label="Result of the replay" className="grid gap-1">
        {CHANGES.map((change) => (
          <li key={change} data-change={change} data-count={result.counts[change]}>
            <Kind organization={organization} change={change} result={result} onShow={onShow} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The same in one line: `newly denied 3 · newly allowed 0 · unchanged 997`. */
export function replaySummary({ counts }: ReplayResult): string {
  return CHANGES.filter((change) => counts[change] > 0 || change === 'newly_denied' || change === 'newly_allowed')
    .map((change) => `${WORDS[change].title.toLowerCase()} ${counts[change].toLocaleString('en')}`)
    .join(' · ');
}

function Kind({
  organization,
  change,
  result,
  onShow,
}: {
  organization: string;
  change: Replayed['change'];
  result: ReplayResult;
  onShow: ((pointer: string) => void) | undefined;
}) {
  const { title, mark, says } = WORDS[change];
  const count = result.counts[change];
  const head = (
    <>
      <DecisionMark decision={mark} plain label={title} /> <span className="font-medium tabular-nums">{count.toLocaleString('en')}</span>{' '}
      <span className="text-muted">{says}</span>
    </>
  );
  if (count === 0) return <p className="px-1 py-1">{head}</p>;
  return (
    <details className="rounded-control border border-line">
      <summary className="px-2 py-1.5">{head}</summary>
      <ScrollRegion label={`${title}: calls`} className="max-h-72 overflow-y-auto border-line border-t -outline-offset-2">
        <ul>
          {result.calls[change].map((call) => (
            <Call key={call.seq} organization={organization} call={call} onShow={onShow} />
          ))}
        </ul>
      </ScrollRegion>
      {count > result.calls[change].length && (
        <p className="border-line border-t px-2 py-1.5 text-muted text-xs">The newest {result.calls[change].length} are listed.</p>
      )}
    </details>
  );
}

const NOW = { passes: 'allowed', asks: 'pending', refused: 'denied' } as const;

function Call({
  organization,
  call,
  onShow,
}: {
  organization: string;
  call: ReplayedCall;
  onShow: ((pointer: string) => void) | undefined;
}) {
  const { rule } = call;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-0.5 border-line border-b px-2 py-1.5 last:border-b-0">
      <Link href={`/${organization}/audit?event=${call.seq}`} target="_blank" className="link tabular-nums">
        <ClockTime at={call.received} />
      </Link>
      <span className="break-all font-mono text-xs">{call.name}</span>
      <span className="text-muted">{call.grant}</span>
      <span className="flex items-center gap-1">
        <DecisionMark decision={NOW[call.was]} plain />
        {call.now !== null && call.now !== call.was && (
          <>
            <span aria-hidden="true">→</span>
            <span className="sr-only">then</span>
            <DecisionMark decision={call.code === 'limit_reached' ? 'limited' : NOW[call.now]} plain />
          </>
        )}
      </span>
      {rule !== null &&
        (onShow ? (
          <button type="button" onClick={() => onShow(rule)} className="link break-all text-left font-mono text-xs">
            {rule}
          </button>
        ) : (
          <span className="break-all font-mono text-muted text-xs">{rule}</span>
        ))}
    </li>
  );
}
