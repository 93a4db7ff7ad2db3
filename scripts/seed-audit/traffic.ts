import { Random } from './random.ts';

const MINUTE = 60_000;

/**
 * Moments (ms since 1970, ascending) of `count` events in the `days` before `end`: busier by day than by night, quiet at weekends, with
 * bursts in which an agent runs in circles.
 */
export function* momentsOf(count: number, days: number, end: number): Generator<number> {
  const random = new Random(count);
  const minutes = days * 1440;
  const begin = end - minutes * MINUTE;
  const weights = Array.from({ length: minutes }, (_, minute) => weightAt(new Date(begin + minute * MINUTE), random));
  for (let burst = 0; burst < days / 2; burst++) {
    const from = Math.floor(random.next() * (minutes - 90));
    const length = 8 + Math.floor(random.next() * 60);
    const factor = 2 + random.next() * 4;
    for (let minute = from; minute < from + length; minute++) weights[minute] = (weights[minute] ?? 0) * factor;
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let due = 0;
  let given = 0;
  for (let minute = 0; minute < minutes; minute++) {
    due += ((weights[minute] ?? 0) / total) * count;
    const events = (minute === minutes - 1 ? count : Math.round(due)) - given;
    given += events;
    const offsets = Array.from({ length: events }, () => Math.floor(random.next() * MINUTE)).sort((a, b) => a - b);
    for (const offset of offsets) yield begin + minute * MINUTE + offset;
  }
}

function weightAt(at: Date, random: Random): number {
  const hour = at.getUTCHours() + at.getUTCMinutes() / 60;
  const day = 0.25 + Math.max(0, Math.sin(((hour - 5.5) / 15) * Math.PI)) * (hour > 5.5 && hour < 20.5 ? 1 : 0);
  const lunch = hour > 11.8 && hour < 13 ? 0.75 : 1;
  const weekend = [0, 6].includes(at.getUTCDay()) ? 0.35 : 1;
  return day * lunch * weekend * (0.8 + random.next() * 0.4);
}
