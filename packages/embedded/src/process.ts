/** What the embedded services share: free ports, waiting, and processes of an earlier start. */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A running service: where it is, whether an earlier start had left it running, and how to stop it. */
export interface Service {
  url: string;
  pid: number;
  takenOver: boolean;
  stop(): Promise<void>;
}

/**
 * Below those that systems give to outgoing connections and to servers that take any port (Linux from 32768, others from 49152): nobody
 * gets one of these without asking for it, so that it is still free when a program comes to it, or comes back to it. Above those that
 * browsers refuse.
 */
const [FROM, UNTIL] = [20_000, 32_768];
/** Two callers in this process never get the same one. */
const given = new Set<number>();

/** A TCP port of the loopback interface that nobody listens on now. Another process may choose it too before it is used: see `startProgram`. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 1000; tries++) {
    const port = randomInt(FROM, UNTIL);
    if (given.has(port)) continue;
    if (given.size > (UNTIL - FROM) / 2) given.clear();
    given.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error(`No port from ${FROM} to ${UNTIL - 1} is free.`);
}

/** Whether a server of this machine's loopback interface could listen there now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net
      .createServer()
      .once('error', () => resolve(false))
      .listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Tries until it succeeds. Rejects with the last error after `timeoutMs`, or at once when `gaveUp` says so. */
export async function until<T>(
  attempt: () => Promise<T>,
  what: string,
  timeoutMs: number,
  gaveUp: () => string | null = () => null,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const reason = gaveUp() ?? (performance.now() > end ? String(error) : null);
      if (reason !== null) throw new Error(`${what} did not start: ${reason.trim()}`);
      await sleep(50);
    }
  }
}

/** A process that has ended and that nobody has asked about is not alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return (
    readProc(pid, 'stat')
      ?.replace(/^.*\) /s, '')
      .startsWith('Z') !== true
  );
}

/** Signals a process and waits for its end; kills it after `timeoutMs`, and waits for that too: only then is nothing of it written any more. */
export async function stopProcess(pid: number, signal: NodeJS.Signals, timeoutMs: number): Promise<void> {
  if (!send(pid, signal)) return;
  if (await hasEnded(pid, timeoutMs)) return;
  if (send(pid, 'SIGKILL')) await hasEnded(pid, 10_000);
}

/** False when there is no such process (any more). */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

async function hasEnded(pid: number, timeoutMs: number): Promise<boolean> {
  for (const end = performance.now() + timeoutMs; isAlive(pid); await sleep(25)) if (performance.now() > end) return false;
  return true;
}

/** How a process was started, or what it shows instead; null when there is none such, or nobody says. Numbers of processes are used again. */
export function commandLine(pid: number): string | null {
  const shown = readProc(pid, 'cmdline')?.replaceAll('\0', ' ').trim();
  if (shown !== undefined) return shown;
  const { status, stdout } = spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** Undefined where there is no /proc, or no such process. */
function readProc(pid: number, file: 'stat' | 'cmdline'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}

/** The first of these programs that is on the PATH. */
export function findProgram(names: string[]): string | null {
  return names.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0) ?? null;
}
