'use client';
import Link from 'next/link';
import { clockOf, useTimeZone } from '@/components/ui/clock-time';
import { callsHref } from './calls-href.ts';
import { type CallBucket, type Stacked, scaleTop, stackBars, sumBuckets } from './stack-bars.ts';

const SIZE = { width: 480, height: 140, gap: 9 };
const COLOURS: Record<Stacked, string> = {
  allowed: 'var(--color-allowed)',
  limited: 'var(--color-limited)',
  denied: 'var(--color-denied)',
  pending: 'var(--color-pending)',
  other: 'var(--color-error)',
};

/** One thin bar an hour, stacked by decision, on a scale that begins at zero. The table has the same numbers. */
export function CallsChart({ organization, buckets, total }: { organization: string; buckets: CallBucket[]; total: number }) {
  const zone = useTimeZone();
  const hour = (iso: string) => clockOf(new Date(iso), zone).slice(0, 5);
  const most = Math.max(...buckets.map((bucket) => Object.values(bucket.counts).reduce((sum, count) => sum + count, 0)), 0);
  const top = scaleTop(most);
  const bars = stackBars(buckets, { ...SIZE, top });
  const peak = bars.reduce((best, bar) => (bar.total > best.total ? bar : best), bars[0] as (typeof bars)[number]);
  const sums = sumBuckets(buckets);
  const [first, middle] = [buckets[0], buckets[Math.floor(buckets.length / 2)]];
  const summary = `${total} calls in 24 hours: ${sums.allowed} allowed, ${sums.limited} limited, ${sums.denied} denied. Most in one hour: ${most}.`;
  return (
    <figure className="px-4 pt-3 pb-3">
      <figcaption className="sr-only">{summary}</figcaption>
      <div className="relative pt-4">
        <span aria-hidden="true" className="absolute top-0 left-0 text-faint text-xs">
          {top}
        </span>
        {peak.total > 0 && (
          <span
            aria-hidden="true"
            className="absolute text-muted text-xs"
            style={{
              left: `clamp(2rem, ${((peak.x + peak.width / 2) / SIZE.width) * 100}%, calc(100% - 1.5rem))`,
              top: `calc(${(1 - peak.total / top) * 8.75}rem - ${peak.total / top > 0.85 ? 0 : 0.125}rem)`,
              transform: 'translateX(-50%)',
            }}
          >
            {peak.total}
          </span>
        )}
        <svg viewBox={`0 0 ${SIZE.width} ${SIZE.height}`} preserveAspectRatio="none" aria-hidden="true" className="block h-35 w-full">
          {[0, 0.5].map((share) => (
            <line
              key={share}
              x1="0"
              x2={SIZE.width}
              y1={share * SIZE.height}
              y2={share * SIZE.height}
              stroke="var(--color-line)"
              vectorEffect="non-scaling-stroke"
            />
          ))}
          {bars.map((bar) => (
            <Link
              key={bar.bucket.start}
              href={callsHref(organization, [], bar.bucket)}
              tabIndex={-1}
              className="[&:hover_.span]:fill-hover"
            >
              <title>{barTitle(bar.bucket, `${hour(bar.bucket.start)} to ${hour(bar.bucket.end)}`)}</title>
              <rect className="span" x={bar.x - SIZE.gap / 2} y="0" width={bar.width + SIZE.gap} height={SIZE.height} fill="transparent" />
              {bar.segments.map(({ decision, y, height }) => (
                <rect key={decision} x={bar.x} y={y} width={bar.width} height={height} fill={COLOURS[decision]} />
              ))}
            </Link>
          ))}
          <line
            x1="0"
            x2={SIZE.width}
            y1={SIZE.height}
            y2={SIZE.height}
            stroke="var(--color-line-strong)"
            vectorEffect="non-scaling-stroke"
          />
        </svg>
        <div aria-hidden="true" className="mt-1 flex justify-between text-faint text-xs">
          <span>{first && hour(first.start)}</span>
          <span>{middle && hour(middle.start)}</span>
          <span>now</span>
        </div>
      </div>
      {total === 0 && <p className="mt-2 text-muted text-sm">No call in the last 24 hours.</p>}
    </figure>
  );
}

function barTitle({ counts }: CallBucket, time: string): string {
  const parts = (Object.entries(counts) as [Stacked, number][])
    .filter(([, count]) => count > 0)
    .map(([decision, count]) => `${count} ${decision}`);
  return `${time}: ${parts.length > 0 ? parts.join(', ') : 'no calls'}`;
}
