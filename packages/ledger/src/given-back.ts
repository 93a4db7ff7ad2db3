/** Which of a call's charges its end gives back. */
import type { CallEnd } from '@toolgate/audit/event';
import type { Charge, SettleRequest } from './ledger.ts';

/** Indices into `charges`. */
export function givenBack({ charges, end, refund }: Pick<SettleRequest, 'charges' | 'end' | 'refund'>): number[] {
  const isGiven = ({ refundOn }: Charge) => refund || (end.outcome === 'tool_error' && refundOn?.includes('tool_error') === true);
  return charges.flatMap((charge, index) => (isGiven(charge) ? [index] : []));
}

/** The end, saying what it gives back: counters are rebuilt from it. */
export function endWithRefunds(end: CallEnd, charges: readonly Charge[], given: number[]): CallEnd {
  if (given.length === 0) return end;
  return given.length === charges.length ? { ...end, refunded: true } : { ...end, refundedCharges: given };
}
