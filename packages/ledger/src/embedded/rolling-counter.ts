/** One counter: never more than a maximum in any rolling window. Times are µs of one monotonic clock. */
import { EXACT_ENTRIES, EXACT_MAX_MICROS, WINDOW_PARTS } from '../precision.ts';

export interface CounterEntry {
  /** Counts until this moment plus the window has passed. */
  at: number;
  amountMicros: number;
}

export class RollingCounter {
  readonly windowMicros: number;
  /** Oldest first; those before `#first` have left the window. */
  #entries: CounterEntry[] = [];
  #first = 0;
  #used = 0;

  constructor(windowMs: number) {
    this.windowMicros = windowMs * 1000;
  }

  used(now: number): number {
    this.#prune(now);
    return this.#used;
  }

  /** When the oldest charge stops counting; null when there is none. */
  nextFreeAt(now: number): number | null {
    this.#prune(now);
    const oldest = this.#entries[this.#first];
    return oldest ? this.#leaves(oldest) : null;
  }

  /** When `amount` fits under `max`; never, if it does not fit into an empty window: then a whole window from now. */
  fitsAt(amountMicros: number, maxMicros: number, now: number): number {
    let missing = this.used(now) + amountMicros - maxMicros;
    if (missing <= 0 && maxMicros > 0) return now;
    if (amountMicros > maxMicros || maxMicros === 0) return now + this.windowMicros;
    for (let i = this.#first; i < this.#entries.length; i++) {
      const entry = this.#entries[i] as CounterEntry;
      missing -= entry.amountMicros;
      if (missing <= 0) return this.#leaves(entry);
    }
    return now + this.windowMicros;
  }

  /** Takes it without asking: `fitsAt` asks. */
  charge(amountMicros: number, maxMicros: number, now: number): CounterEntry {
    const part = Math.ceil(this.windowMicros / WINDOW_PARTS);
    const coarse = maxMicros > EXACT_MAX_MICROS || this.#entries.length - this.#first >= EXACT_ENTRIES;
    return this.put(amountMicros, coarse ? Math.ceil(now / part) * part : now);
  }

  /** Adds an entry of any age, such as one that was recorded before this process started. */
  put(amountMicros: number, at: number): CounterEntry {
    this.#used += amountMicros;
    let index = this.#entries.length;
    while (index > this.#first && (this.#entries[index - 1] as CounterEntry).at > at) index--;
    const before = this.#entries[index - 1];
    if (index > this.#first && before?.at === at) {
      before.amountMicros += amountMicros;
      return before;
    }
    const entry = { at, amountMicros };
    this.#entries.splice(index, 0, entry);
    return entry;
  }

  /** Gives back what one call put into an entry; an entry that has left the window has nothing to give. */
  giveBack(entry: CounterEntry, amountMicros: number, now: number): void {
    this.#prune(now);
    if (now > entry.at + this.windowMicros) return;
    entry.amountMicros -= amountMicros;
    this.#used -= amountMicros;
  }

  #leaves(entry: CounterEntry): number {
    return entry.at + this.windowMicros + 1;
  }

  #prune(now: number): void {
    for (let entry = this.#entries[this.#first]; entry && this.#leaves(entry) <= now; entry = this.#entries[this.#first]) {
      this.#used -= entry.amountMicros;
      this.#first++;
    }
    if (this.#first > 1024 && this.#first * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
  }
}
