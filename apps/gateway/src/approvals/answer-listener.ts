/** The one connection of PostgreSQL that hears of answers; made when somebody first waits, made anew while somebody does. */
import type { Database } from '@toolgate/db/database';

export interface AnswerListener {
  readonly isListening: boolean;
  /** Makes the connection, if there is none. */
  listen(): Promise<void>;
  close(): void;
}

interface Ears {
  onAnswer(approvalId: string): void;
  /** What was answered before has to be learned by asking. */
  onListening(): void;
  /** Whether a connection that is lost is needed again. */
  isNeeded(): boolean;
}

type Client = NonNullable<Parameters<Parameters<Database['pool']['connect']>[0]>[1]>;

const RETRY_MS = 1000;

export function createAnswerListener(pool: Database['pool'], ears: Ears): AnswerListener {
  let client: Client | null = null;
  let connecting = false;
  let closed = false;

  const drop = (lost: Client) => {
    if (client !== lost) return;
    client = null;
    lost.release(true);
    if (ears.isNeeded() && !closed) setTimeout(() => void listen(), RETRY_MS).unref();
  };
  const heard = (payload: string | undefined) => {
    const [, approvalId, state] = (payload ?? '').split(' ');
    if (approvalId && state !== 'pending') ears.onAnswer(approvalId);
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
      ears.onListening();
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
    listen,
    close,
  };
}
