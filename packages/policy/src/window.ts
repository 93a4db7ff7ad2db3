const SECOND = 1_000;
const DAY = 86_400 * SECOND;
/** A month is 30 days: windows roll, they do not follow the calendar. */
const NAMED: ReadonlyMap<string, number> = new Map([
  ['second', SECOND],
  ['minute', 60 * SECOND],
  ['hour', 3_600 * SECOND],
  ['day', DAY],
  ['week', 7 * DAY],
  ['month', 30 * DAY],
]);
const UNITS: ReadonlyMap<string, number> = new Map([
  ['s', SECOND],
  ['m', 60 * SECOND],
  ['h', 3_600 * SECOND],
  ['d', DAY],
  ['w', 7 * DAY],
]);
const MAX_WINDOW_MS = 2_678_400 * SECOND;

/** Window names the language knows. */
export const WINDOW_NAMES = [...NAMED.keys()] as [string, ...string[]];

/** The length in ms of `"minute"`, `90` (seconds) or `"15m"`; null when it is none of these or not within 1 s … 31 days. */
export function parseWindow(window: unknown): number | null {
  if (typeof window === 'number') return withinRange(Number.isInteger(window) ? window * SECOND : Number.NaN);
  if (typeof window !== 'string') return null;
  const named = NAMED.get(window);
  if (named !== undefined) return named;
  const match = /^([1-9]\d{0,6})([smhdw])$/.exec(window);
  return match ? withinRange(Number(match[1]) * UNITS.get(match[2]!)!) : null;
}

function withinRange(ms: number): number | null {
  return ms >= SECOND && ms <= MAX_WINDOW_MS ? ms : null;
}

/** As written in the language: the name where there is one, else seconds. */
export function writeWindow(ms: number): string | number {
  for (const [name, length] of NAMED) if (length === ms) return name;
  return ms / SECOND;
}

/** After "per": `minute`, `15 minutes`, `90 seconds`. */
export function describeWindow(ms: number): string {
  for (const [name, length] of NAMED) if (length === ms) return name;
  for (const unit of ['day', 'hour', 'minute'] as const) {
    const length = NAMED.get(unit)!;
    if (ms % length === 0) return `${ms / length} ${unit}s`;
  }
  return `${ms / SECOND} seconds`;
}

/** A wait, rounded up so that it is never too short: `21 s`, `5 min`, `3 h`. */
export function describeWait(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / SECOND));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.ceil(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.ceil(hours / 24)} days`;
}
