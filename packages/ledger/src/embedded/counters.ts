/** The counters of this process. Each is rebuilt from recorded calls when it is first used, so that a restart forgets nothing. */
import type pg from 'pg';
import { inReadTransaction } from '../in-read-transaction.ts';
import type { Charge } from '../ledger.ts';
import { recordedCharges } from '../recorded-charges.ts';
import { type CounterEntry, RollingCounter } from './rolling-counter.ts';

/** What one call took: enough to give exactly that back. */
export type Taken = { counter: RollingCounter; entry: CounterEntry; amountMicros: number }[];

/** `take` is to be called in the same turn. */
export type ChargeResult = { ok: true; take: () => Taken } | { ok: false; index: number; remainingMicros: number; freeAt: number };

export class Counters {
  readonly #pool: pg.Pool;
  readonly #now: () => number;
  readonly #counters = new Map<string, RollingCounter>();
  readonly #loading = new Map<string, Promise<void>>();
  readonly #forgetting: NodeJS.Timeout;

  /** @param now µs of a monotonic clock */
  constructor(pool: pg.Pool, now: () => number) {
    this.#pool = pool;
    this.#now = now;
    this.#forgetting = setInterval(() => this.#forget(), 60_000);
    this.#forgetting.unref();
  }

  /** Makes sure that the counters are here; rejects when PostgreSQL cannot be asked for what they held. */
  async load(organizationId: string, charges: Pick<Charge, 'key' | 'windowMs'>[]): Promise<void> {
    const missing = charges.filter((charge) => !this.#counters.has(id(organizationId, charge)));
    if (missing.length > 0) await Promise.all(missing.map((charge) => this.#loadOnce(organizationId, charge)));
  }

  /** Whether all charges have room. The counters must have been loaded. */
  look(organizationId: string, charges: Charge[]): ChargeResult {
    const now = this.#now();
    const pending = new Map<RollingCounter, number>();
    const found: [RollingCounter, Charge][] = [];
    for (const [index, charge] of charges.entries()) {
      const counter = this.#get(organizationId, charge);
      const before = pending.get(counter) ?? 0;
      const freeAt = counter.fitsAt(before + charge.amountMicros, charge.maxMicros, now);
      if (freeAt > now) {
        return { ok: false, index, remainingMicros: Math.max(0, charge.maxMicros - counter.used(now) - before), freeAt };
      }
      pending.set(counter, before + charge.amountMicros);
      found.push([counter, charge]);
    }
    const take = () =>
      found.map(([counter, { amountMicros, maxMicros }]) => ({
        counter,
        entry: counter.charge(amountMicros, maxMicros, now),
        amountMicros,
      }));
    return { ok: true, take };
  }

  /** Shadow counters are not rebuilt: they refuse nobody. */
  open(organizationId: string, charges: Charge[]): void {
    for (const charge of charges) {
      const name = id(organizationId, charge);
      if (!this.#counters.has(name)) this.#counters.set(name, new RollingCounter(charge.windowMs));
    }
  }

  giveBack(taken: Taken): void {
    for (const { counter, entry, amountMicros } of taken) counter.giveBack(entry, amountMicros, this.#now());
  }

  read(organizationId: string, charge: Pick<Charge, 'key' | 'windowMs'>): { usedMicros: number; nextFreeAt: number | null } {
    const counter = this.#get(organizationId, charge);
    return { usedMicros: counter.used(this.#now()), nextFreeAt: counter.nextFreeAt(this.#now()) };
  }

  close(): void {
    clearInterval(this.#forgetting);
  }

  #get(organizationId: string, charge: Pick<Charge, 'key' | 'windowMs'>): RollingCounter {
    const counter = this.#counters.get(id(organizationId, charge));
    if (!counter) throw new Error(`The counter ${charge.key} was not loaded.`);
    return counter;
  }

  #loadOnce(organizationId: string, charge: Pick<Charge, 'key' | 'windowMs'>): Promise<void> {
    const name = id(organizationId, charge);
    const running = this.#loading.get(name);
    if (running) return running;
    const loading = this.#rebuild(organizationId, charge)
      .then((counter) => void this.#counters.set(name, counter))
      .finally(() => this.#loading.delete(name));
    this.#loading.set(name, loading);
    return loading;
  }

  async #rebuild(organizationId: string, { key, windowMs }: Pick<Charge, 'key' | 'windowMs'>): Promise<RollingCounter> {
    const counter = new RollingCounter(windowMs);
    const [recorded] = await inReadTransaction(this.#pool, organizationId, (client) =>
      recordedCharges(client, organizationId, { keys: [key], windowMs }),
    );
    const now = this.#now();
    for (const part of recorded?.parts ?? []) counter.put(part.amountMicros, now - part.ageMicros);
    return counter;
  }

  /** An empty counter holds nothing that PostgreSQL would not give again. */
  #forget(): void {
    for (const [name, counter] of this.#counters) if (counter.nextFreeAt(this.#now()) === null) this.#counters.delete(name);
  }
}

const id = (organizationId: string, { key, windowMs }: Pick<Charge, 'key' | 'windowMs'>): string => `${organizationId} ${windowMs} ${key}`;
