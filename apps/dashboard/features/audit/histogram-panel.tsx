'use client';
import { ChartColumn, ChevronLeft, ChevronRight, Table2, ZoomIn, ZoomOut } from 'lucide-react';
import { useState, useSyncExternalStore } from 'react';
import { classNames } from '@/components/class-names';
import { Button } from '@/components/ui/button';
import { useTimeZone } from '@/components/ui/clock-time';
import { decisionLook } from '@/components/ui/decision-mark';
import { IconButton } from '@/components/ui/icon-button';
import { Skeleton } from '@/components/ui/skeleton';
import { countText, exactText } from './count-text.ts';
import { Histogram } from './histogram.tsx';
import { type Bar, coarser, STACK, shiftedSpan, spanOf, sumOf, totalOf, widerSpan, widthText } from './histogram-bars.ts';
import { HistogramTable } from './histogram-table.tsx';
import { momentText, PARTS, rangeText, ticksOf } from './histogram-words.ts';
import type { CountsState } from './use-counts.ts';

export interface Span {
  since: string | null;
  until: string | null;
}

interface Props {
  state: CountsState;
  /** The query has an `until`. */
  ended: boolean;
  onSpan(span: Span): void;
  /** Undoes the last change of the time range; null: there was none. */
  onBack: (() => void) | null;
}

/** When it happened: the histogram, what it says in numbers, and the ways to look closer or further. */
export function HistogramPanel({ state, ended, onSpan, onBack }: Props) {
  const zone = useTimeZone();
  const [chosen, setChosen] = useState<[number, number] | null>(null);
  const [asTable, setAsTable] = useState(false);
  const narrow = useNarrow();
  const counts = state.counts?.histogram ?? null;
  const histogram = counts && narrow && counts.bars.length > 60 ? coarser(counts) : counts;
  if (!histogram) return <Waiting state={state} />;
  const { bars, since, until } = histogram;
  const bounds = chosen && (chosen.map((index) => Math.min(index, bars.length - 1)).sort((a, b) => a - b) as [number, number]);
  const counted = sumOf(bounds ? bars.slice(bounds[0], bounds[1] + 1) : bars);
  const [from, to] = [Date.parse(since), Date.parse(until)];
  // Without an end of its own the time ends now, which the server has said already: both render the same.
  const now = ended ? Date.now() : to;
  const later = shiftedSpan(from, to, 1, now);
  const zoom = (first: number, last: number) => {
    setChosen(null);
    onSpan(spanOf(histogram, first, last, now));
  };
  const third = Math.floor(bars.length / 3);
  return (
    <section aria-label="Events over time" aria-busy={state.loading} className="panel px-3 pt-2 pb-2 sm:px-4">
      <div className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-1">
        <Legend counted={counted} scanned={histogram.scanned} />
        <div className="ml-auto flex items-center gap-0.5">
          <IconButton label="Earlier" onClick={() => onSpan(shiftedSpan(from, to, -1, now) as Span)}>
            <ChevronLeft />
          </IconButton>
          <IconButton label="Later" disabled={!later} onClick={() => later && onSpan(later)}>
            <ChevronRight />
          </IconButton>
          <IconButton
            label="Look closer"
            disabled={bars.length < 3}
            onClick={() => (bounds && bounds[1] > bounds[0] ? zoom(...bounds) : zoom(third, bars.length - 1 - third))}
          >
            <ZoomIn />
          </IconButton>
          <IconButton label="Look further" onClick={() => onSpan(widerSpan(from, to, now))}>
            <ZoomOut />
          </IconButton>
          <IconButton label={asTable ? 'Show as chart' : 'Show as table'} aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            {asTable ? <ChartColumn /> : <Table2 />}
          </IconButton>
        </div>
      </div>
      {asTable ? (
        <HistogramTable histogram={histogram} onZoom={(index) => zoom(index, index)} />
      ) : (
        <>
          <Histogram
            histogram={histogram}
            loading={state.loading}
            chosen={bounds && chosen && [Math.min(chosen[0], bars.length - 1), Math.min(chosen[1], bars.length - 1)]}
            onChoose={setChosen}
            onZoom={zoom}
            onBack={() => onBack?.()}
          />
          <div aria-hidden="true" className="relative mt-1 h-4 text-faint text-xs">
            {ticksOf(histogram, zone).map(({ at, text }) => (
              <span
                key={at}
                className="absolute -translate-x-1/2 whitespace-nowrap max-sm:nth-[even]:hidden"
                style={{ left: `${at * 100}%` }}
              >
                {text}
              </span>
            ))}
          </div>
        </>
      )}
      <p className="mt-1 flex flex-wrap justify-between gap-x-4 text-muted text-xs">
        <span suppressHydrationWarning>
          {bounds ? momentText(histogram, bounds[0], zone, bounds[1]) : rangeText(new Date(since), new Date(until), zone)}
        </span>
        <span className="text-faint">
          {state.failed ? 'Counts could not be loaded: these are older. ' : ''}
          {histogram.scanned !== null ? `Counted from the newest ${exactText(histogram.scanned)} events only. ` : ''}A bar is{' '}
          {widthText(histogram.widthMs)}
        </span>
      </p>
    </section>
  );
}

/** What the bars are made of, in numbers: the legend and the readout at once. */
function Legend({ counted, scanned }: { counted: Bar; scanned: number | null }) {
  const total = totalOf(counted);
  return (
    <div className="flex min-h-7 flex-wrap items-center gap-x-3.5 gap-y-0.5 text-sm">
      <span>
        <strong className="font-semibold text-base">{countText(total)}</strong> {total === 1 ? 'event' : 'events'}
        {scanned !== null && total > 0 ? ' found' : ''}
      </span>
      {STACK.filter((part) => counted[part] > 0)
        .toReversed()
        .map((part) => {
          const { icon: Icon } = decisionLook(PARTS[part].tone);
          return (
            <span key={part} className="inline-flex items-center gap-1 text-muted" title={exactText(counted[part])}>
              <Icon aria-hidden="true" className="size-3" strokeWidth={2.5} style={{ color: `var(--color-${PARTS[part].tone})` }} />
              {countText(counted[part])} {PARTS[part].word}
            </span>
          );
        })}
    </div>
  );
}

const NARROW = '(max-width: 639px)';

/** The window is a phone's; not before the browser has said so. */
const useNarrow = (): boolean =>
  useSyncExternalStore(
    (changed) => {
      const query = window.matchMedia(NARROW);
      query.addEventListener('change', changed);
      return () => query.removeEventListener('change', changed);
    },
    () => window.matchMedia(NARROW).matches,
    () => false,
  );

function Waiting({ state }: { state: CountsState }) {
  if (!state.failed && !state.loading) return null;
  return (
    <section aria-label="Events over time" aria-busy={state.loading} className="panel px-3 pt-2 pb-2 sm:px-4">
      <div className="mb-2 flex min-h-7 items-center">
        {state.failed ? <span className="text-sm">The events could not be counted.</span> : <Skeleton className="h-4 w-48" />}
      </div>
      <div className={classNames('grid h-24 place-items-center sm:h-30', state.failed && 'rounded-control bg-sunken')}>
        {state.failed ? (
          <Button size="sm" onClick={state.retry}>
            Count again
          </Button>
        ) : (
          <Skeleton className="h-full w-full" />
        )}
      </div>
      <div className="mt-1 h-9" />
    </section>
  );
}
