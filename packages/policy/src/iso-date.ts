/** A moment: whole seconds since 1970 and nanoseconds, so that no digit is lost. */
export interface Moment {
  seconds: number;
  nanos: number;
}

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** An ISO 8601 date or date-time; without an offset it is UTC (the machine's own zone must not decide). Null: it is none. */
export function parseIsoDate(text: string): Moment | null {
  const match = ISO.exec(text);
  if (!match) return null;
  const part = (index: number) => Number(match[index] ?? 0);
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map(part) as [number, number, number, number, number, number];
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second));
  date.setUTCFullYear(year, month - 1, day);
  const real = month >= 1 && month <= 12 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!real || hour > 23 || minute > 59 || second > 59) return null;
  const offset = match[8] && match[8] !== 'Z' ? readOffset(match[8]) : 0;
  return offset === null ? null : { seconds: date.getTime() / 1000 - offset, nanos: Number((match[7] ?? '').padEnd(9, '0')) };
}

function readOffset(text: string): number | null {
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(4, 6));
  if (hours > 23 || minutes > 59) return null;
  return (text[0] === '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

export const compareMoments = (a: Moment, b: Moment): number => a.seconds - b.seconds || a.nanos - b.nanos;
