/** Counters of a replay: of calls that may or may not have passed, and of amounts that are not known, the least and the most are kept. */

/** In millionths; of a lease, calls in flight. */
export interface Range {
  least: number;
  most: number;
}

export type Room = 'certain' | 'none' | 'perhaps';

interface Taken extends Range {
  at: number;
}

interface Counter {
  /** Oldest first; those before `first` have left the window. */
  taken: Taken[];
  first: number;
  sum: Range;
  /** What is given back at a moment that is yet to come. */
  returns: (Taken & { entry: Taken })[];
}

interface Lease extends Range {
  until: number;
}

/** Times are ms since 1970 and never go back. */
export class ReplayCounters {
  readonly #counters = new Map<string, Counter>();
  readonly #leases = new Map<string, Lease[]>();

  /** Whether an amount fits under a maximum in the window that ends at `at`. */
  room(key: string, { windowMs, max, at }: { windowMs: number; max: number; at: number }, amount: Range): Room {
    const { least, most } = this.#counter(key, windowMs, at).sum;
    if (least + amount.least > max) return 'none';
    return most + amount.most <= max ? 'certain' : 'perhaps';
  }

  /** @param returnedAt when it is given back; null: never */
  charge(key: string, { windowMs, at, returnedAt }: { windowMs: number; at: number; returnedAt: number | null }, amount: Range): void {
    const counter = this.#counter(key, windowMs, at);
    const entry = { at, ...amount };
    counter.taken.push(entry);
    add(counter.sum, amount, 1);
    if (returnedAt !== null) counter.returns.push({ ...amount, at: returnedAt, entry });
  }

  roomInFlight(key: string, max: number, at: number): Room {
    const open = this.#inFlight(key, at);
    if (open.reduce((sum, { least }) => sum + least, 0) >= max) return 'none';
    return open.reduce((sum, { most }) => sum + most, 0) < max ? 'certain' : 'perhaps';
  }

  lease(key: string, lease: Lease, at: number): void {
    this.#inFlight(key, at).push(lease);
  }

  #counter(key: string, windowMs: number, at: number): Counter {
    let counter = this.#counters.get(key);
    if (!counter) {
      counter = { taken: [], first: 0, sum: { least: 0, most: 0 }, returns: [] };
      this.#counters.set(key, counter);
    }
    if (counter.returns.length > 0) giveBack(counter, at);
    // A charge counts until its window has passed.
    for (let oldest = counter.taken[counter.first]; oldest && oldest.at + windowMs < at; oldest = counter.taken[counter.first]) {
      add(counter.sum, oldest, -1);
      counter.first += 1;
    }
    if (counter.first > 1000 && counter.first * 2 > counter.taken.length) {
      counter.taken = counter.taken.slice(counter.first);
      counter.first = 0;
    }
    return counter;
  }

  #inFlight(key: string, at: number): Lease[] {
    const open = (this.#leases.get(key) ?? []).filter(({ until }) => until > at);
    this.#leases.set(key, open);
    return open;
  }
}

function add(sum: Range, { least, most }: Range, sign: 1 | -1): void {
  sum.least += sign * least;
  sum.most += sign * most;
}

/** Before the window moves on, so that nothing is taken off twice. */
function giveBack(counter: Counter, at: number): void {
  counter.returns = counter.returns.filter((returned) => {
    if (returned.at > at) return true;
    add(counter.sum, returned.entry, -1);
    Object.assign(returned.entry, { least: 0, most: 0 });
    return false;
  });
}
