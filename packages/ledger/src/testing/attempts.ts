/** Calls that are offered against one limit, and what can be said of them however slow the machine is: each happened between two moments. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { AdmitResult } from '../ledger.ts';

type Limited = Extract<AdmitResult, { kind: 'limited' }>;

/** Of a monotonic clock. */
interface Moments {
  from: number;
  to: number;
}

export interface Refused extends Moments {
  full: Limited;
  /** The same moments by the wall clock. */
  wall: Moments;
  /** How long the oldest charge that could be in the way still counted then. */
  left: { least: number; most: number };
}

export class Attempts {
  readonly admitted: Moments[] = [];
  readonly refused: Refused[] = [];
  readonly #admit: () => Promise<AdmitResult>;
  readonly #max: number;
  readonly #windowMs: number;

  /** @param admit one call of which `max` fit into the limit */
  constructor(admit: () => Promise<AdmitResult>, { max, windowMs }: { max: number; windowMs: number }) {
    this.#admit = admit;
    this.#max = max;
    this.#windowMs = windowMs;
  }

  async once(): Promise<AdmitResult> {
    const [from, wallFrom] = [performance.now(), Date.now()];
    const result = await this.#admit();
    const to = performance.now();
    if (result.kind === 'admitted') this.admitted.push({ from, to });
    else if (result.kind === 'limited') {
      const oldest = this.admitted.at(-this.#max) ?? { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
      const left = { least: this.#windowMs - (to - oldest.from), most: this.#windowMs - (from - oldest.to) };
      this.refused.push({ from, to, full: result, wall: { from: wallFrom, to: Date.now() }, left });
    } else throw new Error(`${result.kind}: ${JSON.stringify(result)}`);
    return result;
  }

  /** One after another, until so many have passed. */
  async untilAdmitted(count: number, { pauseMs }: { pauseMs: number }): Promise<void> {
    while (this.admitted.length < count) {
      await this.once();
      if (this.admitted.length < count) await sleep(pauseMs);
    }
  }

  /** So many at once. */
  async burst(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.once()));
  }

  /** No `max` + 1 of those that passed can have been within one window. */
  expectNeverTooMany(): void {
    const inOrder = [...this.admitted].sort((a, b) => a.to - b.to);
    for (let i = this.#max; i < inOrder.length; i++) expect(inOrder[i]!.to - inOrder[i - this.#max]!.from).toBeGreaterThan(this.#windowMs);
  }

  /** Besides, of those that came one after another, none was refused when it is certain that there was room. */
  expectRolling(): void {
    this.expectNeverTooMany();
    for (const { left } of this.refused) expect(left.most).toBeGreaterThan(-2);
  }
}
