import type { BarPart, Histogram } from '@toolgate/services/audit/histogram';

/** From the baseline up: what was refused stands on top, where it is seen. */
export const STACK: readonly BarPart[] = ['allowed', 'other', 'error', 'pending', 'limited', 'denied'];

export type Bar = Record<BarPart, number>;

export interface Segment {
  part: BarPart;
  /** In units of the drawing, from the top. */
  y: number;
  height: number;
}

/** The segments of a bar in a drawing of this height; what occurs at all is seen, however little it is. */
export function segmentsOf(bar: Bar, top: number, height: number): Segment[] {
  const segments: Segment[] = [];
  let y = height;
  for (const part of STACK) {
    if (bar[part] === 0) continue;
    const own = Math.max((bar[part] / top) * height, height / 120);
    y -= own;
    segments.push({ part, y: Math.max(0, y), height: own });
  }
  return segments;
}

export const totalOf = (bar: Bar): number => STACK.reduce((sum, part) => sum + bar[part], 0);

export function sumOf(bars: readonly Bar[]): Bar {
  const sum = { allowed: 0, error: 0, pending: 0, limited: 0, denied: 0, other: 0 };
  for (const bar of bars) for (const part of STACK) sum[part] += bar[part];
  return sum;
}

/** A round number at or above the highest bar: 1, 2 or 5 times a power of ten. */
export function scaleTop(most: number): number {
  if (most <= 5) return 5;
  const power = 10 ** Math.floor(Math.log10(most));
  return (([1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10] as const).find((step) => step * power >= most) ?? 10) * power;
}

/** Begin and end of some bars, within what was asked for; `until` null: up to now. */
export function spanOf(histogram: Histogram, first: number, last: number, now: number): { since: string; until: string | null } {
  const start = Date.parse(histogram.start);
  const since = start + Math.min(first, last) * histogram.widthMs;
  const until = start + (Math.max(first, last) + 1) * histogram.widthMs;
  return { since: isoText(since), until: until > now ? null : isoText(until) };
}

/** As short as it can be without losing a millisecond. */
export const isoText = (ms: number): string => new Date(ms).toISOString().replace(/(:00)?\.000Z$/, 'Z');

const AGES: [string, number][] = [
  ['15m', 900_000],
  ['1h', 3_600_000],
  ['6h', 21_600_000],
  ['24h', 86_400_000],
  ['7d', 604_800_000],
  ['30d', 2_592_000_000],
];

/** Twice the time and more: the next age when it ends now, else as much again on either side. */
export function widerSpan(since: number, until: number, now: number): { since: string | null; until: string | null } {
  const length = until - since;
  if (until >= now - 1000) {
    const age = AGES.find(([, ms]) => ms > length * 1.2);
    return { since: age?.[0] ?? null, until: null };
  }
  const end = until + length / 2;
  return { since: isoText(since - length / 2), until: end >= now ? null : isoText(end) };
}

/** The same length, half of it earlier (−1) or later (1); null when that is the future. */
export function shiftedSpan(since: number, until: number, direction: -1 | 1, now: number): { since: string; until: string | null } | null {
  const by = ((until - since) / 2) * direction;
  if (direction === 1 && until >= now - 1000) return null;
  const end = until + by;
  return { since: isoText(since + by), until: end >= now ? null : isoText(end) };
}

const UNITS: [string, number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
];

/** `15 min`, `6 h`. */
export function widthText(ms: number): string {
  const [unit, size] = UNITS.find(([, one]) => ms >= one) ?? ['s', 1000];
  return `${Math.round(ms / size)} ${unit}`;
}

/** Every two bars as one, where there is little room. */
export function coarser(histogram: Histogram): Histogram {
  const bars = Array.from({ length: Math.ceil(histogram.bars.length / 2) }, (_, index) =>
    sumOf(histogram.bars.slice(index * 2, index * 2 + 2)),
  );
  return { ...histogram, bars, widthMs: histogram.widthMs * 2 };
}
