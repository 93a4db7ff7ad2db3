/** What the fields of a rule take, said so that a person can put it right. */
import { toMicros } from '@toolgate/policy/micros';
import { parseValuePath } from '@toolgate/policy/value-path';
import { parseWindow, WINDOW_NAMES } from '@toolgate/policy/window';
import type { Typed } from './use-typed.ts';

const yes = <T>(value: T): Typed<T> => ({ ok: true, value });
const no = (problem: string): Typed<never> => ({ ok: false, problem });

/** The maximum of a limit; a whole number where calls are counted. */
export const readMax =
  (byValue: boolean) =>
  (text: string): Typed<number> => {
    if (!/^\d+(\.\d+)?$/.test(text)) return no('a number from 0');
    const read = toMicros(Number(text));
    if (!read.ok) return no(`this ${read.problem}`);
    return byValue || Number.isInteger(Number(text)) ? yes(Number(text)) : no('a whole number');
  };

export const readWhole =
  (from: number, to: number) =>
  (text: string): Typed<number> => {
    const number = Number(text);
    return /^\d{1,9}$/.test(text) && number >= from && number <= to ? yes(number) : no(`a whole number from ${from} to ${to}`);
  };

/** `minute`, `15m`, `90` (seconds). */
export function readWindow(text: string): Typed<string | number> {
  const window = /^\d+$/.test(text) ? Number(text) : text.trim();
  return parseWindow(window) === null ? no('such as 15m, 36h, 90 (seconds), up to 31 days') : yes(window);
}

/** How long a person has: `10m`. */
export function readDuration(text: string): Typed<string> {
  return WINDOW_NAMES.includes(text) || parseWindow(text) === null ? no('such as 10m or 2h, up to 31 days') : yes(text);
}

export function readPath(text: string): Typed<string> {
  const path = parseValuePath(text);
  return typeof path === 'string' ? no(`It ${path}`) : yes(text);
}

/** What a limit can add up: one argument. */
export function readAmountPath(text: string): Typed<string> {
  const path = parseValuePath(text);
  if (typeof path === 'string') return no(`It ${path}`);
  return path.root === 'args' && !path.many ? yes(text) : no('one argument, such as args.amount');
}

export const readCounter = (text: string): Typed<string> =>
  /^[A-Za-z0-9_.:-]{1,128}$/.test(text) ? yes(text) : no('1 to 128 of A-Z a-z 0-9 _ . : -');
