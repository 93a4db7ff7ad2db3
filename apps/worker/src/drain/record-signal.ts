/** Wakes the drain when records were committed (NOTIFY toolgate_records). */
import type pg from 'pg';

export class RecordSignal {
  readonly #pool: pg.Pool;
  #client: pg.PoolClient | null = null;
  #raised = true;
  #wake: () => void = () => {};

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Resolves when records were committed since the last call, at once if they were, and after `atMostMs` in any case. */
  async next(atMostMs: number): Promise<void> {
    await this.#listen().catch(() => {}); // without it, the drain looks every `atMostMs`
    if (!this.#raised) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, atMostMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#raised = false;
  }

  raise(): void {
    this.#raised = true;
    this.#wake();
  }

  close(): void {
    this.#client?.release(true);
    this.#client = null;
  }

  async #listen(): Promise<void> {
    if (this.#client) return;
    const client = await this.#pool.connect();
    const lost = () => {
      if (this.#client !== client) return;
      this.#client = null;
      client.release(true);
      this.raise();
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', () => this.raise());
    this.#client = client;
    await client.query('LISTEN toolgate_records');
    this.#raised = true; // what was committed before listening
  }
}
