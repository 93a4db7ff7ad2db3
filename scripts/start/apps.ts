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
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 35_000;

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
    void this.#watch(app, run.child);
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
    const run: Run = { child, lastWords: '', saidReady: false };
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
      if (run.child.exitCode !== null || run.child.signalCode)
        throw new StartError(
          `The ${app.name} could not start: ${run.lastWords.trim() || `it ended with ${run.child.exitCode ?? run.child.signalCode}`}`,
        );
      if (Date.now() > end) throw new StartError(`The ${app.name} was not ready within 60 s: see ${this.#logFolder}/${app.name}.log`);
      await sleep(50);
    }
    run.saidReady = true;
  }

  async #watch(app: App, first: ChildProcess): Promise<void> {
    const starts: number[] = [];
    for (let child = first; ; ) {
      const how = await new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve(String(signal ?? code))));
      if (this.#stopping) return;
      starts.push(Date.now());
      if (starts.filter((at) => at > Date.now() - 60_000).length > RESTARTS_PER_MINUTE)
        return this.#onGiveUp(new StartError(`The ${app.name} fell over too often: see ${this.#logFolder}/${app.name}.log`));
      process.stderr.write(`The ${app.name} ended (${how}); starting it again.\n`);
      const run = this.#spawn(app);
      child = run.child;
      await this.#untilReady(app, run).catch(() => {}); // its end is seen above
    }
  }
}

interface Run {
  child: ChildProcess;
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
