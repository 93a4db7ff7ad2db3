/** Starts a program that has to be told its port, and makes sure that it is the one that answers there. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, isFree, until } from './process.ts';

export interface ProgramOptions {
  program: string;
  /** What it is called when it does not start. */
  name?: string;
  /** Its arguments, for a port that was free a moment ago. */
  args(port: number): readonly (string | number)[] | Promise<readonly (string | number)[]>;
  /** Rejects as long as it does not answer on its port, and when another process than this one does. */
  answers(port: number, pid: number): Promise<void>;
  /** The only one that will do; absent: any free one. */
  port?: number | undefined;
  spawning?: Pick<SpawnOptions, 'cwd' | 'uid' | 'gid' | 'detached'>;
}

export interface RunningProgram {
  child: ChildProcess;
  pid: number;
  port: number;
}

const TRIES = 10;
const PATIENCE_MS = 60_000;
/** What a program said last. */
const MOST_SAID = 4000;

/**
 * Somebody may take a port before the program does: it then ends, and is started again at another one. Rejects with what it said last when
 * it ends for another reason, or does not answer.
 */
export async function startProgram(options: ProgramOptions): Promise<RunningProgram> {
  for (let tries = 1; ; tries++) {
    const port = options.port ?? (await freePort());
    const attempt = await startAt(port, options);
    if (attempt.running) return attempt.running;
    if (!attempt.portTaken || tries === TRIES) throw attempt.error;
    if (options.port !== undefined) await sleep(tries * 100);
  }
}

type Attempt = { running: RunningProgram } | { running: null; portTaken: boolean; error: Error };

async function startAt(port: number, { program, name = program, args, answers, spawning }: ProgramOptions): Promise<Attempt> {
  const child = spawn(program, (await args(port)).map(String), { ...spawning, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said = (said + chunk).slice(-MOST_SAID);
    });
  let over = false;
  // Not `exit`: what it said last may come after that.
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve())).then(() => {
    over = true;
  });
  child.once('error', (error) => {
    said += error.message;
  });
  const pid = child.pid ?? 0;
  try {
    await until(
      () => answers(port, pid),
      name,
      PATIENCE_MS,
      () => (over ? said || `exit code ${child.exitCode ?? child.signalCode}` : null),
    );
    return { running: { child, pid, port } };
  } catch (error) {
    const ended = over;
    if (!over && child.kill('SIGKILL')) await closed;
    return { running: null, portTaken: ended && (/address already in use/i.test(said) || !(await isFree(port))), error: error as Error };
  }
}
