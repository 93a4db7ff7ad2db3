/** Tells those who are held that their request was answered: one connection of PostgreSQL listens for all of them. */
import type { Database } from '@toolgate/db/database';

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

type Client = NonNullable<Parameters<Parameters<Database['pool']['connect']>[0]>[1]>;

/** Answers that came while nobody had begun to wait are remembered for so long. */
const REMEMBER_MS = 60_000;
const RETRY_MS = 1000;

export function createApprovalNews(pool: Database['pool']): ApprovalNews {
  const waiters = new Map<string, Set<() => void>>();
  const answered = new Map<string, number>();
  let client: Client | null = null;
  let connecting = false;
  let closed = false;
  let waiting = 0;

  const drop = (lost: Client) => {
    if (client !== lost) return;
    client = null;
    lost.release(true);
    if (waiting > 0 && !closed) setTimeout(() => void listen(), RETRY_MS).unref();
  };
  const wake = (approvalId: string) => {
    for (const wakeUp of waiters.get(approvalId) ?? []) wakeUp();
  };
  const heard = (payload: string | undefined) => {
    const [, approvalId, state] = (payload ?? '').split(' ');
    if (!approvalId || state === 'pending') return;
    const now = performance.now();
    for (const [id, at] of answered) {
      if (now - at < REMEMBER_MS) break;
      answered.delete(id);
    }
    answered.set(approvalId, now);
    wake(approvalId);
  };

  async function listen(): Promise<void> {
    if (client || connecting || closed) return;
    connecting = true;
    let made: Client | null = null;
    try {
      made = await pool.connect();
      const own = made;
      own.on('notification', ({ payload }) => heard(payload));
      own.on('error', () => drop(own));
      own.on('end', () => drop(own));
      await own.query('LISTEN toolgate_approvals');
      client = own;
      // What was answered before this connection listened is learned by asking.
      for (const approvalId of waiters.keys()) wake(approvalId);
    } catch {
      made?.release(true);
    } finally {
      connecting = false;
    }
    if (closed) close();
  }

  function close(): void {
    closed = true;
    const own = client;
    client = null;
    own?.release(true);
  }

  return {
    get isListening() {
      return client !== null;
    },
    get waiting() {
      return waiting;
    },
    now: () => performance.now(),
    close,
    wait(approvalId, since, ms, signal) {
      void listen();
      if (signal.aborted) return Promise.resolve('gone');
      if ((answered.get(approvalId) ?? -1) >= since) return Promise.resolve('news');
      return new Promise((resolve) => {
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
    },
  };
}
