import type { BarPart, Histogram } from '@toolgate/services/audit/histogram';
import { clockOf, dayOf } from '@/components/ui/clock-time';
import type { DecisionTone } from '@/components/ui/decision-mark';
import { exactText } from './count-text.ts';
import { type Bar, STACK } from './histogram-bars.ts';

interface PartLook {
  word: string;
  tone: DecisionTone;
  colour: string;
}

const strong = (tone: DecisionTone): string => `var(--color-${tone})`;

/** What went well is drawn quietly, so that the rest is seen. */
export const PARTS: Record<BarPart, PartLook> = {
  allowed: { word: 'allowed', tone: 'allowed', colour: 'color-mix(in oklch, var(--color-allowed) 42%, var(--color-surface))' },
  error: { word: 'error', tone: 'error', colour: strong('error') },
  pending: { word: 'pending', tone: 'pending', colour: strong('pending') },
  limited: { word: 'limited', tone: 'limited', colour: strong('limited') },
  denied: { word: 'denied', tone: 'denied', colour: strong('denied') },
  other: { word: 'other', tone: 'unknown', colour: 'color-mix(in oklch, var(--color-unknown) 55%, var(--color-surface))' },
};

/** `12 allowed, 3 denied`. */
export function barText(bar: Bar): string {
  const parts = STACK.filter((part) => bar[part] > 0).map((part) => `${exactText(bar[part])} ${PARTS[part].word}`);
  return parts.length > 0 ? parts.join(', ') : 'no events';
}

const DAY = 86_400_000;

/** When a bar is, or several: `22 Nov 14:00 to 14:15`. */
export function momentText({ start, widthMs }: Histogram, first: number, zone: string, last = first): string {
  const from = new Date(Date.parse(start) + first * widthMs);
  const to = new Date(Date.parse(start) + (last + 1) * widthMs);
  return rangeText(from, to, zone);
}

export function rangeText(from: Date, to: Date, zone: string): string {
  const clock = (at: Date) => (to.getTime() - from.getTime() < 120_000 ? clockOf(at, zone) : clockOf(at, zone).slice(0, 5));
  const [day, end] = [dayOf(from, zone), dayOf(to, zone)];
  if (to.getTime() - from.getTime() >= 3 * DAY) return `${day} to ${end}`;
  return day === end ? `${day} ${clock(from)} to ${clock(to)}` : `${day} ${clock(from)} to ${end} ${clock(to)}`;
}

export interface Tick {
  /** From the left, 0 to 1. */
  at: number;
  text: string;
}

/** Up to `most` moments to write under the bars, at round times of the zone's clock where that is possible. */
export function ticksOf({ start, widthMs, bars }: Histogram, zone: string, most = 6): Tick[] {
  const length = widthMs * bars.length;
  const step =
    [60_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000]
      .concat([DAY, 2 * DAY, 5 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY])
      .find((one) => length / one <= most) ?? 365 * DAY;
  const begin = Date.parse(start);
  const offset = zoneOffset(begin, zone);
  const ticks: Tick[] = [];
  for (let at = Math.ceil((begin + offset) / step) * step - offset; at < begin + length; at += step) {
    const moment = new Date(at);
    const clock = clockOf(moment, zone).slice(0, 5);
    ticks.push({ at: (at - begin) / length, text: step >= DAY || clock === '00:00' ? dayOf(moment, zone) : clock });
  }
  return ticks.filter(({ at }) => at > 0.02 && at < 0.97);
}

/** How far the zone's clock is before UTC then, in ms. */
function zoneOffset(at: number, timeZone: string): number {
  const name = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(new Date(at))
    .find(({ type }) => type === 'timeZoneName')?.value;
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(name ?? '');
  return match ? (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000 : 0;
}
