/** One running process of a managed server, and the calls that are in it. */
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Implementation, Progress, Request, Result } from '@modelcontextprotocol/sdk/types.js';
import { ResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { ChildTransport } from './child-transport.ts';
import type { Launch } from './launch.ts';
import type { Programs } from './programs.ts';
import { RunnerError } from './runner-error.ts';
import { type Sandbox, SYSTEM_PATH } from './sandbox.ts';

/** A machine that is busy takes long to load a program. */
const START_WITHIN = 60_000;
/** Longer than the longest generation, so that the program answers first. */
const CALL_WITHIN = 330_000;
const MOST_CALLS = 64;

export interface CallOptions {
  signal: AbortSignal;
  onprogress?: ((progress: Progress) => void) | undefined;
}

export class ManagedProcess {
  readonly version: string;
  readonly startedAt = performance.now();
  usedAt = performance.now();
  calls = 0;
  readonly #client: Client;
  readonly #transport: ChildTransport;
  readonly #home: string;
  readonly #name: string;

  /** Resolves when it speaks MCP; rejects when it does not within a minute. `onEnd` is called once, however it ends. */
  static async start(
    launch: Launch,
    programs: Programs,
    sandbox: Sandbox,
    onEnd: (process: ManagedProcess) => void,
  ): Promise<ManagedProcess> {
    const started = new ManagedProcess(launch, programs, sandbox);
    let ended = false;
    const end = () => {
      if (ended) return;
      ended = true;
      rmSync(started.#home, { recursive: true, force: true });
      onEnd(started);
    };
    started.#client.onclose = end;
    try {
      await started.#client.connect(started.#transport, { timeout: START_WITHIN });
    } catch {
      await started.stop();
      end();
      throw new RunnerError('crashed', `${launch.program} could not be started.`);
    }
    return started;
  }

  private constructor(launch: Launch, programs: Programs, sandbox: Sandbox) {
    const program = programs[launch.program];
    const command = sandbox.command(program);
    this.#name = launch.program;
    this.version = launch.version;
    this.#home = mkdtempSync(path.join(os.tmpdir(), 'toolgate-managed-'));
    if (command.uid !== undefined) chownSync(this.#home, command.uid, command.gid!);
    const env = { PATH: SYSTEM_PATH, HOME: this.#home, TMPDIR: this.#home, ...program.env, ...launch.secrets };
    this.#transport = new ChildTransport(command, env, this.#home);
    this.#client = new Client({ name: 'toolgate-runner', version: '0.1.0' });
  }

  get pid(): number | undefined {
    return this.#transport.pid;
  }

  /** What the program said of itself. */
  get introduction(): { serverInfo: Implementation; instructions: string | undefined } {
    const unnamed = { name: this.#name, version: '0' };
    return { serverInfo: this.#client.getServerVersion() ?? unnamed, instructions: this.#client.getInstructions() };
  }

  /** Hands a request on and its answer back as it is. Rejects with the program's JSON-RPC error, or `RunnerError`. */
  async request(request: Request, { signal, onprogress }: CallOptions): Promise<Result> {
    if (this.calls >= MOST_CALLS)
      throw new RunnerError('busy', `${this.#name} is at work on ${MOST_CALLS} calls already. Try again later.`, 1000);
    this.calls++;
    try {
      const options = { signal, timeout: CALL_WITHIN, ...(onprogress ? { onprogress } : {}) };
      return await this.#client.request(request, ResultSchema, options);
    } finally {
      this.calls--;
      this.usedAt = performance.now();
    }
  }

  /** Resolves when the process is gone. */
  stop(): Promise<void> {
    return this.#transport.close();
  }
}
