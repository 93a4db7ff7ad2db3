'use client';
import { useSyncExternalStore } from 'react';

const never = () => () => {};

/** The zone that times are shown in: UTC until the browser's own is known, so that server and browser render the same. */
export function useTimeZone(): string {
  return useSyncExternalStore(
    never,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => 'UTC',
  );
}

/** A moment as a clock shows it, `14:03:07.221`, with the day before it unless that is today. `at`: ISO 8601. */
export function ClockTime({ at, milliseconds = true, className }: { at: string; milliseconds?: boolean; className?: string }) {
  const zone = useTimeZone();
  const today = useSyncExternalStore(
    never,
    () => dayOf(new Date(), zone),
    () => '',
  );
  const moment = new Date(at);
  const day = dayOf(moment, zone);
  return (
    <time dateTime={at} title={`${at.replace('T', ' ').replace('Z', '')} UTC`} className={className}>
      {day !== today && <span className="text-muted">{day} </span>}
      {clockOf(moment, zone)}
      {milliseconds && <span className="text-faint max-sm:hidden">.{at.slice(20, 23).padEnd(3, '0')}</span>}
    </time>
  );
}

// A formatter is slow to make and a table asks for it in every row.
const formatters = new Map<string, { clock: Intl.DateTimeFormat; day: Intl.DateTimeFormat }>();

function formattersOf(timeZone: string) {
  const known = formatters.get(timeZone);
  if (known) return known;
  const made = {
    clock: new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone }),
    day: new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone }),
  };
  formatters.set(timeZone, made);
  return made;
}

/** `14:03:07` in that zone. */
export const clockOf = (moment: Date, timeZone: string): string => formattersOf(timeZone).clock.format(moment);

/** `21 Nov` in that zone. */
export const dayOf = (moment: Date, timeZone: string): string => formattersOf(timeZone).day.format(moment);

/** `UTC`, `UTC+1`, `UTC−5:30`. */
export function zoneText(timeZone: string, moment = new Date()): string {
  const part = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(moment)
    .find(({ type }) => type === 'timeZoneName');
  return (part?.value ?? 'UTC')
    .replace('GMT', 'UTC')
    .replace(/([+-])0?(\d+):00$/, '$1$2')
    .replace('-', '−')
    .replace(/([+−])0(\d)/, '$1$2')
    .replace(/[+−]0$/, '');
}
