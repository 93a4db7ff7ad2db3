/** What a server's clock shows now, as a safe estimate: at most what it really shows. */
export class ServerClock {
  /** Server time minus local time, µs: the best lower bound so far. */
  #offset: number | null = null;

  get known(): boolean {
    return this.#offset !== null;
  }

  /** @param serverMicros what an answer said; it was true at some moment between `sentAt` and now (both of `localMicros`). */
  observe(serverMicros: number, sentAt: number): void {
    const lower = serverMicros - localMicros();
    const upper = serverMicros - sentAt;
    // Outside of the bounds: one of the clocks was set, or it is another server.
    this.#offset = this.#offset === null || this.#offset > upper || this.#offset < lower ? lower : this.#offset;
  }

  /** The server's time `ms` from now, µs. */
  in(ms: number): number {
    return Math.floor(localMicros() + (this.#offset ?? 0) + ms * 1000);
  }
}

/** A monotonic clock, in µs. */
export const localMicros = (): number => performance.now() * 1000;
