/** Tells those who are held that their request was answered: one connection of PostgreSQL listens for all of them. */
import type { Database } from '@toolgate/db/database';
import { createAnswerListener } from './answer-listener.ts';

export interface ApprovalNews {
  /** False: an answer is only noticed by asking again. */
  readonly isListening: boolean;
  /** How many are waiting. */
  readonly waiting: number;
  /** A moment, for `since`. */
  now(): number;
  /** Resolves when the request is answered, or was since then; or when the time is over; or when the signal says so. */
  wait(approvalId: string, since: number, ms: number, signal: AbortSignal): Promise<'news' | 'time' | 'gone'>;
  close(): void;
}

/** Answers that came while nobody had begun to wait are remembered for so long. */
const REMEMBER_MS = 60_000;

export function createApprovalNews(pool: Database['pool']): ApprovalNews {
  const waiters = new Map<string, Set<() => void>>();
  const answered = new Map<string, number>();
  let waiting = 0;

  const wake = (approvalId: string) => {
    for (const wakeUp of waiters.get(approvalId) ?? []) wakeUp();
  };
  const onAnswer = (approvalId: string) => {
    const now = performance.now();
    for (const [id, at] of answered) {
      if (now - at < REMEMBER_MS) break;
      answered.delete(id);
    }
    answered.set(approvalId, now);
    wake(approvalId);
  };
  const onListening = () => {
    for (const approvalId of waiters.keys()) wake(approvalId);
  };
  const listener = createAnswerListener(pool, { onAnswer, onListening, isNeeded: () => waiting > 0 });

  const waitFor = (approvalId: string, ms: number, signal: AbortSignal) =>
    new Promise<'news' | 'time' | 'gone'>((resolve) => {
      const own = waiters.get(approvalId) ?? new Set();
      waiters.set(approvalId, own);
      waiting++;
      const end = (why: 'news' | 'time' | 'gone') => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onGone);
        if (own.delete(onNews)) waiting--;
        if (own.size === 0 && waiters.get(approvalId) === own) waiters.delete(approvalId);
        resolve(why);
      };
      const onNews = () => end('news');
      const onGone = () => end('gone');
      const timer = setTimeout(() => end('time'), ms);
      own.add(onNews);
      signal.addEventListener('abort', onGone, { once: true });
    });

  return {
    get isListening() {
      return listener.isListening;
    },
    get waiting() {
      return waiting;
    },
    now: () => performance.now(),
    close: listener.close,
    wait(approvalId, since, ms, signal) {
      void listener.listen();
      if (signal.aborted) return Promise.resolve('gone');
      if ((answered.get(approvalId) ?? -1) >= since) return Promise.resolve('news');
      return waitFor(approvalId, ms, signal);
    },
  };
}
