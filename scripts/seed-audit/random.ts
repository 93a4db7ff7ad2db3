/** The same numbers for the same seed, so that two seedings of one size hold the same events. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to 1, without 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.next() * from.length)] as T;
  }

  /** The first ones far more often than the last ones. */
  pickFirst<T>(from: readonly T[]): T {
    return from[Math.floor(this.next() ** 2.2 * from.length)] as T;
  }

  /** A duration around `median`, with a long tail (log-normal). */
  around(median: number, spread: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
    return Math.max(1, Math.round(median * Math.exp(normal * spread)));
  }

  hex(digits: number): string {
    let text = '';
    while (text.length < digits)
      text += Math.floor(this.next() * 0x1_0000_0000)
        .toString(16)
        .padStart(8, '0');
    return text.slice(0, digits);
  }

  uuid(): string {
    const text = this.hex(30);
    return `${text.slice(0, 8)}-${text.slice(8, 12)}-7${text.slice(12, 15)}-a${text.slice(15, 18)}-${text.slice(18, 30)}`;
  }
}
