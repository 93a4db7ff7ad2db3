/** A refusal is a value: the caller did something that is not possible, and is told what to do instead. Faults are exceptions. */
export type RefusalCode = 'invalid' | 'forbidden' | 'not_found' | 'conflict' | 'rate_limited' | 'not_in_force' | 'unavailable';

export interface Refusal {
  code: RefusalCode;
  /** For people; says what to do. Never holds internals. */
  message: string;
  /** By field of the input, for forms. */
  fields?: Record<string, string>;
}

export type Result<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

export const done = <T>(value: T): Result<T> => ({ ok: true, value });

export const refuse = (code: RefusalCode, message: string, fields?: Record<string, string>): { ok: false; refusal: Refusal } => ({
  ok: false,
  refusal: fields ? { code, message, fields } : { code, message },
});
