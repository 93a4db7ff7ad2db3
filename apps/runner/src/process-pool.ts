/** The processes that run now: one for each organization and server, started when it is needed and stopped when it is not. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FindLaunch, Launch } from './launch.ts';
import { ManagedProcess } from './managed-process.ts';
import type { Programs } from './programs.ts';
import { RunnerError } from './runner-error.ts';
import type { Sandbox } from './sandbox.ts';

export interface PoolOptions {
  findLaunch: FindLaunch;
  programs: Programs;
  sandbox: Sandbox;
  /** Milliseconds without a call after which a process is stopped. */
  idleAfter?: number;
  mostProcesses?: number;
  /** Milliseconds of a monotonic clock, by which a process that crashed is started again. */
  now?: () => number;
}

const IDLE_AFTER = 600_000;
const MOST_PROCESSES = 64;
/** A process that lived so long did not crash because it was started. */
const LIVED_WELL = 60_000;
const LONGEST_WAIT = 30_000;
const FINISH_WITHIN = 10_000;

interface Slot {
  process: Promise<ManagedProcess> | null;
  running: ManagedProcess | null;
  /** Ends in a row that nobody asked for. */
  crashes: number;
  notBefore: number;
}

export class ProcessPool {
  readonly #options: PoolOptions;
  readonly #slots = new Map<string, Slot>();
  readonly #stopping = new Set<ManagedProcess>();
  readonly #sweeper: NodeJS.Timeout;
  readonly #now: () => number;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    const idleAfter = options.idleAfter ?? IDLE_AFTER;
    this.#sweeper = setInterval(() => this.#stopIdle(idleAfter), Math.min(30_000, Math.max(50, idleAfter / 4)));
    this.#sweeper.unref();
  }

  /** Null when there is no such server (any more); then its process, if one runs, is stopped. Rejects with `RunnerError`. */
  async process(organizationId: string, serverId: string): Promise<ManagedProcess | null> {
    const launch = await this.#options.findLaunch(organizationId, serverId);
    const key = `${organizationId}/${serverId}`;
    const slot = this.#slots.get(key);
    if (!launch) {
      if (slot?.running) await this.#stop(slot);
      this.#slots.delete(key);
      return null;
    }
    if (this.#closed) throw new RunnerError('busy', 'The runner is stopping.', 1000);
    if (slot?.running && slot.running.version !== launch.version) void this.#stop(slot);
    return slot?.process ?? this.#start(key, launch);
  }

  /** Process ids, for the operator and for tests. */
  pids(): number[] {
    return [...this.#slots.values()].flatMap(({ running }) => running?.pid ?? []);
  }

  /** Takes no more calls, lets those that are under way end (10 s at most), and resolves when no process is left. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#sweeper);
    await Promise.allSettled([...this.#slots.values()].map(({ process }) => process));
    const end = performance.now() + FINISH_WITHIN;
    while ([...this.#slots.values()].some(({ running }) => (running?.calls ?? 0) > 0) && performance.now() < end) await sleep(50);
    for (const slot of this.#slots.values()) void this.#stop(slot);
    await Promise.all([...this.#stopping].map((process) => process.stop()));
  }

  async #start(key: string, launch: Launch): Promise<ManagedProcess> {
    const slot = this.#slots.get(key) ?? { process: null, running: null, crashes: 0, notBefore: 0 };
    this.#slots.set(key, slot);
    const wait = Math.ceil(slot.notBefore - this.#now());
    if (wait > 0)
      throw new RunnerError('crashed', `${launch.program} ended unexpectedly; it is started again in ${Math.ceil(wait / 1000)} s.`, wait);
    this.#makeRoom();
    const starting = ManagedProcess.start(launch, this.#options.programs, this.#options.sandbox, (ended) => this.#ended(slot, ended));
    slot.process = starting;
    const process = await starting;
    // It may have ended, or been replaced, in the moment since it answered.
    if (slot.process === starting) slot.running = process;
    return process;
  }

  #ended(slot: Slot, ended: ManagedProcess): void {
    if (this.#stopping.delete(ended)) return;
    const lived = performance.now() - ended.startedAt;
    slot.crashes = lived > LIVED_WELL ? 1 : slot.crashes + 1;
    // The first time it is started again at once, then after 0.5 s, 1 s, 2 s, …
    slot.notBefore = slot.crashes < 2 ? 0 : this.#now() + Math.min(LONGEST_WAIT, 500 * 2 ** (slot.crashes - 2));
    slot.process = null;
    slot.running = null;
  }

  /** Calls in it fail; the next one starts another. */
  async #stop(slot: Slot): Promise<void> {
    const process = slot.running;
    slot.process = null;
    slot.running = null;
    if (!process) return;
    this.#stopping.add(process);
    await process.stop();
  }

  #stopIdle(idleAfter: number): void {
    for (const [key, slot] of this.#slots) {
      if (slot.running && slot.running.calls === 0 && performance.now() - slot.running.usedAt > idleAfter) void this.#stop(slot);
      if (!slot.process && slot.notBefore < this.#now() - LIVED_WELL) this.#slots.delete(key);
    }
  }

  /** With all places taken, the one that was idle longest makes room. */
  #makeRoom(): void {
    const taken = [...this.#slots.values()].filter(({ process }) => process !== null);
    if (taken.length < (this.#options.mostProcesses ?? MOST_PROCESSES)) return;
    const idle = taken.filter(({ running }) => running?.calls === 0).sort((a, b) => a.running!.usedAt - b.running!.usedAt)[0];
    if (!idle) throw new RunnerError('busy', 'All places for managed servers are taken. Try again later.', 5000);
    void this.#stop(idle);
  }
}
