/** Wakes who waits when something was committed (NOTIFY). */
import type pg from 'pg';

export class RecordSignal {
  readonly #pool: pg.Pool;
  readonly #channels: readonly string[];
  #client: pg.PoolClient | null = null;
  #raised = true;
  #wake: () => void = () => {};

  /** @param channels names of NOTIFY's; the drain's own by default */
  constructor(pool: pg.Pool, channels: readonly string[] = ['toolgate_records']) {
    this.#pool = pool;
    this.#channels = channels;
  }

  /** Resolves when something was committed since the last call, at once if they were, and after `atMostMs` in any case. */
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
    for (const channel of this.#channels) await client.query(`LISTEN ${channel}`);
    this.#raised = true; // what was committed before listening
  }
}
