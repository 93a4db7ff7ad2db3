/** One unit of a limit, in millionths: sums of millionths are exact integers. */
export const UNIT_MICROS = 1_000_000;

export type Micros = { ok: true; micros: number } | { ok: false; problem: string };

/** A finite number ≥ 0 with up to 6 decimals, exactly in millionths. The decimals are those of the shortest spelling, never of the binary fraction. */
export function toMicros(value: unknown): Micros {
  if (typeof value !== 'number') return { ok: false, problem: 'is not a number' };
  if (!Number.isFinite(value)) return { ok: false, problem: 'is not a finite number' };
  if (value < 0) return { ok: false, problem: 'is negative' };
  const match = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (!match) return { ok: false, problem: 'is not a decimal number' };
  const fraction = match[2] ?? '';
  const shift = 6 + Number(match[3] ?? 0) - fraction.length;
  if (shift > 24) return { ok: false, problem: 'is too large' };
  const digits = BigInt(match[1]! + fraction);
  if (shift < 0 && digits !== 0n) return { ok: false, problem: 'has more than 6 decimals' };
  const micros = shift < 0 ? 0n : digits * 10n ** BigInt(shift);
  if (micros > BigInt(Number.MAX_SAFE_INTEGER)) return { ok: false, problem: 'is too large' };
  return { ok: true, micros: Number(micros) };
}

/** Millionths as a decimal number in words: `12.5`. */
export function describeMicros(micros: number): string {
  const whole = Math.floor(micros / UNIT_MICROS);
  const rest = micros % UNIT_MICROS;
  return rest === 0 ? String(whole) : `${whole}.${String(rest).padStart(6, '0').replace(/0+$/, '')}`;
}
