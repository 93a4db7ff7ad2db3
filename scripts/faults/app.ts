/** One app as a process of its own, that can be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

export interface App {
  /** Of a gateway. Changes with every start. */
  readonly url: string;
  readonly pid: number;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it anew after `kill`. */
  start(): Promise<void>;
  /** The end of what it has printed. */
  printed(): string;
}

/** A machine that is busy takes long to load an app. */
const READY_MS = 120_000;

/** Rejects with what it printed when it is not ready in time. */
export async function startApp(name: 'gateway' | 'worker', environment: Record<string, string>): Promise<App> {
  const main = path.resolve(import.meta.dirname, `../../apps/${name}/src/main.ts`);
  let child: ChildProcess;
  let url = '';
  let printed = '';
  const start = async () => {
    const started = spawn(process.execPath, [main], {
      env: { PATH: process.env.PATH ?? '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    let own = '';
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`The ${name} was not ready within ${READY_MS / 1000} s: ${own}`)), READY_MS);
      for (const stream of [started.stdout, started.stderr])
        stream.on('data', (chunk) => {
          own += chunk;
          printed = (printed + chunk).slice(-4000);
          const ready = /^ready (\S+)$/m.exec(own);
          if (!ready) return;
          url = ready[1] as string;
          clearTimeout(timer);
          resolve();
        });
      started.once('exit', (code) => reject(new Error(`The ${name} ended with ${code}: ${own}`)));
    });
  };
  await start();
  return {
    get url() {
      return url;
    },
    get pid() {
      return child.pid as number;
    },
    start,
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
    printed: () => printed,
  };
}
