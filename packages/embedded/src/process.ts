/** What the embedded services share: free ports, waiting, and processes of an earlier start. */
import { spawnSync } from 'node:child_process';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A running service: where it is, whether an earlier start had left it running, and how to stop it. */
export interface Service {
  url: string;
  pid: number;
  takenOver: boolean;
  stop(): Promise<void>;
}

/** A TCP port of the loopback interface that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net
      .createServer()
      .once('error', reject)
      .listen(0, '127.0.0.1', () => {
        const { port } = server.address() as net.AddressInfo;
        server.close(() => resolve(port));
      });
  });
}

/** Tries until it succeeds. Rejects with the last error after `timeoutMs`, or at once when `gaveUp` says so. */
export async function until<T>(
  attempt: () => Promise<T>,
  what: string,
  timeoutMs: number,
  gaveUp: () => string | null = () => null,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const reason = gaveUp() ?? (Date.now() > end ? String(error) : null);
      if (reason !== null) throw new Error(`${what} did not start: ${reason.trim()}`);
      await sleep(50);
    }
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Signals a process and waits for its end; kills it after `timeoutMs`. */
export async function stopProcess(pid: number, signal: NodeJS.Signals, timeoutMs: number): Promise<void> {
  if (!isAlive(pid)) return;
  process.kill(pid, signal);
  const end = Date.now() + timeoutMs;
  while (isAlive(pid)) {
    if (Date.now() > end) return void process.kill(pid, 'SIGKILL');
    await sleep(25);
  }
}

/** The first of these programs that is on the PATH. */
export function findProgram(names: string[]): string | null {
  return names.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0) ?? null;
}
