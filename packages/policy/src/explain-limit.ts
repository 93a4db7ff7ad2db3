import type { PolicyConcurrency, PolicyLimit } from './document.ts';
import { describeMicros } from './micros.ts';
import { describeWindow } from './window.ts';

/** `at most 30 calls per minute per grant`; with `by`: `at most 500 of args.amount per day per grant`. */
export function explainLimit(limit: Pick<PolicyLimit, 'maxMicros' | 'by' | 'windowMs' | 'scope'>): string {
  const what = limit.by === null ? (limit.maxMicros === 1_000_000 ? 'call' : 'calls') : `of ${limit.by}`;
  return `at most ${describeMicros(limit.maxMicros)} ${what} per ${describeWindow(limit.windowMs)} per ${limit.scope}`;
}

/** `at most 4 calls at once per grant`. */
export function explainConcurrency(limit: Pick<PolicyConcurrency, 'concurrency' | 'scope'>): string {
  return `at most ${limit.concurrency} ${limit.concurrency === 1 ? 'call' : 'calls'} at once per ${limit.scope}`;
}

/** How a sentence on a limit begins: `image_to_image is`, `calls of all tools together are`. */
export function limitSubject(subject: string): string {
  if (subject === 'all tools') return 'Calls of all tools together are';
  return subject.includes('*') ? `Calls of ${subject} together are` : `${subject} is`;
}
