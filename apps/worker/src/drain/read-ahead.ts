/** Batches one after the other; while one is stored, the next is read and prepared. */
import type { PreparedBatch } from './prepared-batch.ts';

export interface Ahead<B> {
  /**
   * Reads and prepares what follows `previous`; null when there is nothing.
   * @param previous the batch that is being stored meanwhile; null: nothing is
   */
  prepare(previous: B | null): Promise<B | null>;
  store(batch: B): Promise<void>;
}

export interface Step {
  prepared: PreparedBatch;
  /** There was as much as was asked for: there may be more. */
  more: boolean;
}

export class ReadAhead<B extends Step> {
  readonly #steps: Ahead<B>;
  #next: Promise<B | null> | null = null;

  constructor(steps: Ahead<B>) {
    this.#steps = steps;
  }

  /** Stores a batch and gives it; null when there is none. Rejects as preparing and storing do; what was read ahead is forgotten then. */
  async step(): Promise<B | null> {
    const batch = await this.#take();
    if (batch?.more) {
      this.#next = this.#steps.prepare(batch);
      this.#next.catch(() => {}); // told when it is its turn
    }
    try {
      if (batch) await this.#steps.store(batch);
    } catch (error) {
      this.#next = null;
      throw error;
    }
    return batch;
  }

  #take(): Promise<B | null> {
    const next = this.#next ?? this.#steps.prepare(null);
    this.#next = null;
    return next;
  }
}
