'use client';
import type { Histogram as Counted } from '@toolgate/services/audit/histogram';
import { useId, useState } from 'react';
import { classNames } from '@/components/class-names';
import { useTimeZone } from '@/components/ui/clock-time';
import { countText, exactText } from './count-text.ts';
import { type Bar, scaleTop, segmentsOf, totalOf } from './histogram-bars.ts';
import { barText, momentText, PARTS } from './histogram-words.ts';

const HEIGHT = 120;
const STEP = 10;

interface Props {
  histogram: Counted;
  loading: boolean;
  /** The bars that are pointed at or chosen, first and last. */
  chosen: [number, number] | null;
  onChoose(chosen: [number, number] | null): void;
  onZoom(first: number, last: number): void;
  /** Undoes the last zoom. */
  onBack(): void;
}

/** Matching events over time. Drag, or arrow keys with Shift and Enter, to look closer; Escape goes back. */
export function Histogram({ histogram, loading, chosen, onChoose, onZoom, onBack }: Props) {
  const helpId = useId();
  const zone = useTimeZone();
  const [dragging, setDragging] = useState(false);
  const { bars } = histogram;
  // Some room above the highest bar, where the scale stands.
  const top = scaleTop(Math.max(0, ...bars.map(totalOf)) * 1.1);
  const last = bars.length - 1;
  const at = chosen?.[1] ?? last;
  const [low, high] = chosen ? [Math.min(...chosen), Math.max(...chosen)] : [-1, -2];

  const indexAt = (event: React.PointerEvent<HTMLElement>): number => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return Math.min(last, Math.max(0, Math.floor(((event.clientX - left) / width) * bars.length)));
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last, PageUp: at - 10, PageDown: at + 10 }[event.key];
    if (to !== undefined) {
      const next = Math.min(last, Math.max(0, to));
      onChoose(chosen === null ? [at, at] : [event.shiftKey ? chosen[0] : next, next]);
    } else if (event.key === 'Enter' && chosen) onZoom(low, high);
    else if (event.key === 'Escape') chosen ? onChoose(null) : onBack();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={classNames('relative transition-opacity duration-150', loading && 'opacity-45')}>
      <span
        aria-hidden="true"
        className="pointer-events-none absolute top-0.5 right-0 z-10 rounded-[3px] bg-surface/80 px-1 text-faint text-xs leading-4"
      >
        {countText(top)}
      </span>
      <div
        role="slider"
        tabIndex={0}
        aria-label="Events over time"
        aria-describedby={helpId}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={at}
        aria-valuetext={bars[at] ? `${momentText(histogram, at, zone)}: ${barText(bars[at])}` : 'no events'}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDragging(true);
          onChoose([indexAt(event), indexAt(event)]);
        }}
        onPointerMove={(event) => {
          const index = indexAt(event);
          if (dragging && chosen) onChoose([chosen[0], index]);
          else if (event.pointerType === 'mouse') onChoose([index, index]);
        }}
        onPointerUp={() => {
          setDragging(false);
          if (dragging && high > low) onZoom(low, high);
        }}
        onPointerCancel={() => setDragging(false)}
        onPointerLeave={() => !dragging && onChoose(null)}
        onDoubleClick={() => chosen && onZoom(low, high)}
        className="relative block h-24 w-full cursor-crosshair touch-pan-y select-none rounded-[2px] sm:h-30"
      >
        <svg
          viewBox={`0 0 ${bars.length * STEP} ${HEIGHT}`}
          preserveAspectRatio="none"
          aria-hidden="true"
          shapeRendering="crispEdges"
          className="block h-full w-full"
        >
          <line x1="0" x2={bars.length * STEP} y1="0.5" y2="0.5" stroke="var(--color-line)" vectorEffect="non-scaling-stroke" />
          <line
            x1="0"
            x2={bars.length * STEP}
            y1={HEIGHT / 2}
            y2={HEIGHT / 2}
            stroke="var(--color-line)"
            vectorEffect="non-scaling-stroke"
          />
          <Uncounted histogram={histogram} />
          {chosen && (
            <rect
              x={low * STEP}
              width={(high - low + 1) * STEP}
              y="0"
              height={HEIGHT}
              fill="var(--color-accent)"
              opacity={high > low ? 0.16 : 0.1}
            />
          )}
          {bars.map((bar, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: bars are places in time.
            <StackedBar key={index} bar={bar} top={top} index={index} faded={high > low && (index < low || index > high)} />
          ))}
          <line
            x1="0"
            x2={bars.length * STEP}
            y1={HEIGHT - 0.5}
            y2={HEIGHT - 0.5}
            stroke="var(--color-line-strong)"
            vectorEffect="non-scaling-stroke"
          />
        </svg>
      </div>
      <span id={helpId} className="sr-only">
        Arrow keys move from bar to bar, with Shift they choose several, Enter looks closer, Escape goes back. {exactText(bars.length)}{' '}
        bars.
      </span>
    </div>
  );
}

function StackedBar({ bar, top, index, faded }: { bar: Bar; top: number; index: number; faded: boolean }) {
  return (
    <g opacity={faded ? 0.35 : 1}>
      {segmentsOf(bar, top, HEIGHT).map(({ part, y, height }) => (
        <rect key={part} x={index * STEP + 1} width={STEP - 2} y={y} height={height} fill={PARTS[part].colour} />
      ))}
    </g>
  );
}

/** Where nothing was counted is not where nothing happened. */
function Uncounted({ histogram }: { histogram: Counted }) {
  const { countedFrom, start, widthMs } = histogram;
  if (!countedFrom) return null;
  const width = ((Date.parse(countedFrom) - Date.parse(start)) / widthMs) * STEP;
  return <rect x="0" y="0" width={Math.max(0, width)} height={HEIGHT} fill="var(--color-sunken)" />;
}
