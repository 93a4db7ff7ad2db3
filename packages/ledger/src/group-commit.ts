/** One SQL round trip and one commit for all items that arrive while the one before is under way. */
import type pg from 'pg';
import { ANSWER_MS, within } from './within.ts';

export interface BatchItem {
  organizationId: string;
  /** Null: not compared. */
  epoch: number | null;
  /** JSON text of an audit record; null: the epoch is only compared. */
  record: string | null;
}

/** `sent: false`: it is certain that nothing was recorded and never will be. */
export type BatchAnswer = { ok: true; passed: boolean; epoch: number | null } | { ok: false; sent: boolean; reason: string };

const MOST_ITEMS = 500;

interface Waiting {
  item: BatchItem;
  resolve(answer: BatchAnswer): void;
  timer: NodeJS.Timeout;
  sent: boolean;
}

export class GroupCommit {
  readonly #pool: pg.Pool;
  readonly #answerMs: number;
  readonly #queue: Waiting[] = [];
  #running: Promise<void> | null = null;

  /** @param answerMs how long an item waits for its answer at most. */
  constructor(pool: pg.Pool, answerMs = ANSWER_MS) {
    this.#pool = pool;
    this.#answerMs = answerMs;
  }

  /** Resolves when its time is over at the latest: that is shorter by what its caller has waited already. */
  add(item: BatchItem, waitedMs = 0): Promise<BatchAnswer> {
    return new Promise((resolve) => {
      const leftMs = Math.max(0, this.#answerMs - waitedMs);
      const waiting: Waiting = { item, resolve, sent: false, timer: setTimeout(() => this.#giveUp(waiting), leftMs) };
      this.#queue.push(waiting);
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    while (this.#running) await this.#running;
  }

  #giveUp(waiting: Waiting): void {
    const index = this.#queue.indexOf(waiting);
    if (index >= 0) this.#queue.splice(index, 1);
    waiting.resolve({ ok: false, sent: waiting.sent, reason: 'The ledger (PostgreSQL) did not answer in time.' });
  }

  async #run(): Promise<void> {
    // Calls of the same turn of the event loop join the first batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) await this.#commit(this.#queue.splice(0, MOST_ITEMS));
    this.#running = null;
  }

  async #commit(batch: Waiting[]): Promise<void> {
    try {
      const answers = await this.#send(batch);
      batch.forEach((waiting, i) => {
        settle(waiting, answers[i] ?? { ok: false, sent: false, reason: 'The ledger (PostgreSQL) gave no answer.' });
      });
    } catch (error) {
      // A record that PostgreSQL refuses (class 22: data exception) must not take the others with it.
      if (batch.length > 1 && /^22/.test((error as { code?: string }).code ?? '')) {
        for (const waiting of batch) await this.#commit([waiting]);
        return;
      }
      const reason = `The ledger (PostgreSQL) failed: ${(error as Error).message}`;
      // An error that PostgreSQL itself reports has rolled the batch back.
      for (const waiting of batch) settle(waiting, { ok: false, sent: waiting.sent && !(error as { code?: string }).code, reason });
    }
  }

  async #send(batch: Waiting[]): Promise<BatchAnswer[]> {
    const client = await within(this.#pool.connect(), this.#answerMs, (late) => late.release());
    let healthy = false;
    try {
      const items = batch.map(({ item }) => itemJson(item)).join(',');
      for (const waiting of batch) waiting.sent = true;
      const query = client.query<{ passed: boolean; epoch: number | null }>('SELECT passed, epoch FROM toolgate_record_batch($1)', [
        `[${items}]`,
      ]);
      const { rows } = await within(query, this.#answerMs + 100);
      healthy = true;
      return rows.map(({ passed, epoch }) => ({ ok: true, passed, epoch }));
    } catch (error) {
      healthy = 'severity' in (error as object) && (error as { severity?: string }).severity === 'ERROR';
      throw error;
    } finally {
      // A connection that hangs is not used again.
      client.release(!healthy);
    }
  }
}

const itemJson = ({ organizationId, epoch, record }: BatchItem): string =>
  `{"organizationId":${JSON.stringify(organizationId)},"epoch":${epoch ?? 'null'},"record":${record ?? 'null'}}`;

function settle(waiting: Waiting, answer: BatchAnswer): void {
  clearTimeout(waiting.timer);
  waiting.resolve(answer);
}
