/** The four apps: how each is started, when it is ready, and that it is started again when it falls over. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, StartError } from './settings.ts';

export interface App {
  name: string;
  /** Arguments of `node`, relative to the repository. */
  args: string[];
  cwd?: string;
  env: Record<string, string>;
  /** Resolves when the app serves; by default when it has printed a line that begins with "ready". */
  isReady?: () => Promise<boolean>;
}

// Prisma's adapter sends the queries of one transaction without waiting, of which pg warns once per process.
const NODE_FLAGS = ['--disable-warning=DeprecationWarning', '--import', path.join(root, 'scripts/exit-with-parent.ts')];
const RESTARTS_PER_MINUTE = 5;
/** A machine that is busy takes long to load an app. */
const READY_WITHIN_MS = 180_000;
const STOP_WITHIN_MS = 35_000;
const LAST_WORDS_MS = 2000;

export class Supervisor {
  readonly #running = new Map<string, ChildProcess>();
  readonly #logFolder: string;
  readonly #onChildren: (pids: number[]) => void;
  readonly #onGiveUp: (error: StartError) => void;
  #stopping = false;

  constructor(options: { logFolder: string; onChildren(pids: number[]): void; onGiveUp(error: StartError): void }) {
    this.#logFolder = options.logFolder;
    this.#onChildren = options.onChildren;
    this.#onGiveUp = options.onGiveUp;
    mkdirSync(this.#logFolder, { recursive: true });
  }

  /** Starts an app and resolves when it is ready. Rejects (StartError) with its last words when it ends before that. */
  async start(app: App): Promise<void> {
    const run = this.#spawn(app);
    await this.#untilReady(app, run);
    void this.#watch(app, run);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#running.values()].map(stopChild));
  }

  #spawn(app: App): Run {
    const child = spawn(process.execPath, [...NODE_FLAGS, ...app.args.map((arg) => arg.replace('{root}', root))], {
      cwd: app.cwd ? path.join(root, app.cwd) : root,
      env: { ...inherited(), ...app.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const ended = new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve(String(signal ?? code))));
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const run: Run = { child, ended, closed, lastWords: '', saidReady: false };
    const log = createWriteStream(path.join(this.#logFolder, `${app.name}.log`), { flags: 'a', mode: 0o600 });
    log.on('error', () => {}); // a full disk must not take the apps down with it
    child.stdout?.on('data', (chunk: Buffer) => {
      log.write(chunk);
      if (/^ready\b/m.test(chunk.toString())) run.saidReady = true;
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      log.write(chunk);
      run.lastWords = (run.lastWords + chunk).slice(-2000);
      if (run.saidReady) process.stderr.write(chunk.toString().replace(/^(?=.)/gm, `[${app.name}] `));
    });
    this.#running.set(app.name, child);
    this.#onChildren([...this.#running.values()].flatMap(({ pid }) => pid ?? []));
    return run;
  }

  async #untilReady(app: App, run: Run): Promise<void> {
    const end = Date.now() + READY_WITHIN_MS;
    while (!(app.isReady ? await app.isReady() : run.saidReady)) {
      if (run.child.exitCode !== null || run.child.signalCode) {
        // Its last words may come after its end.
        await Promise.race([run.closed, sleep(LAST_WORDS_MS, undefined, { ref: false })]);
        throw new StartError(`The ${app.name} could not start: ${run.lastWords.trim() || `it ended with ${await run.ended}`}`);
      }
      if (Date.now() > end)
        throw new StartError(`The ${app.name} was not ready within ${READY_WITHIN_MS / 1000} s: see ${this.#logFolder}/${app.name}.log`);
      await sleep(50);
    }
    run.saidReady = true;
  }

  async #watch(app: App, first: Run): Promise<void> {
    const starts: number[] = [];
    for (let run = first; ; ) {
      const how = await run.ended;
      if (this.#stopping) return;
      starts.push(Date.now());
      if (starts.filter((at) => at > Date.now() - 60_000).length > RESTARTS_PER_MINUTE)
        return this.#onGiveUp(new StartError(`The ${app.name} fell over too often: see ${this.#logFolder}/${app.name}.log`));
      process.stderr.write(`The ${app.name} ended (${how}); starting it again.\n`);
      run = this.#spawn(app);
      await this.#untilReady(app, run).catch(() => {}); // its end is seen above, also one that comes before it is ready
    }
  }
}

interface Run {
  child: ChildProcess;
  /** The signal or the exit code that it ended with. */
  ended: Promise<string>;
  /** It has ended, and everything that it said is here. */
  closed: Promise<void>;
  lastWords: string;
  saidReady: boolean;
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}

/** The apps get what an ordinary process needs and what they are given, not everything that happens to be set. */
function inherited(): Record<string, string> {
  return picked(['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE']);
}

/** Those of these variables that are set for the start itself. */
export function picked(names: string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name] as string]])));
}
