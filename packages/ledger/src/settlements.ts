/** Ends of calls that could not be told to the ledger yet: told as soon as it is back, in the order in which they happened. */
export class Settlements {
  readonly #waiting: Settlement[] = [];
  #running = false;
  #timer: NodeJS.Timeout | undefined;

  add(settlement: Settlement): void {
    this.#waiting.push(settlement);
    this.#later();
  }

  /** Tells what waits, until one cannot be told. Never rejects. */
  async flush(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#waiting[0]) {
        if (!(await this.#waiting[0]())) break;
        this.#waiting.shift();
      }
    } finally {
      this.#running = false;
      if (this.#waiting.length > 0) this.#later();
    }
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), 1000);
    this.#timer.unref();
  }
}

/** Tries to tell one end. May be called again when it answers false. */
export type Settlement = () => Promise<boolean>;
