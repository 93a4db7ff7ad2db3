/** A private redis-server or valkey-server, when one is on the PATH. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { keptPassword } from './kept-password.ts';
import { findProgram, isAlive, type Service, stopProcess, until } from './process.ts';
import { isRedis, redisAnswers } from './redis-answers.ts';
import { startProgram } from './start-program.ts';

export interface RedisOptions {
  folder: string;
  /** Each write is on the disk before it is answered. Without it the end of the machine, not of the process, loses what came last. */
  durable?: boolean;
  /** The only port that will do; absent: any free one. */
  port?: number | undefined;
}

/** @returns null when neither program is installed. Its data is an append-only file in `folder`, synced on every write: nothing to lose. */
export async function startRedis({ folder, durable = true, port }: RedisOptions): Promise<Service | null> {
  const program = findProgram(['redis-server', 'valkey-server']);
  if (!program) return null;
  const place = path.resolve(folder);
  mkdirSync(place, { recursive: true });
  chmodSync(place, 0o700);
  const file = (name: string) => path.join(place, `redis.${name}`);
  // Every program of this machine reaches the port, managed servers included: the password is what keeps them out.
  const password = keptPassword(file('password'));
  const running = await stillRunning(file, password);
  if (running) return serviceOf(running.pid, running.port, password, true);
  // Not on the command line, which everybody can read.
  writeFileSync(file('conf'), `requirepass ${password}\n`, { mode: 0o600 });
  const fixed = ['--bind', '127.0.0.1', '--dir', place, '--pidfile', file('pid'), '--save', '', '--maxmemory-policy', 'noeviction'];
  const log = ['--appendonly', 'yes', '--appendfsync', durable ? 'always' : 'no'];
  const started = await startProgram({
    program,
    args: (port) => [file('conf'), '--port', port, ...fixed, ...log],
    answers: (port, pid) => redisAnswers({ port, pid, password }),
    port,
    spawning: { detached: true },
  });
  writeFileSync(file('pid'), String(started.pid));
  writeFileSync(file('port'), String(started.port));
  started.child.unref();
  return serviceOf(started.pid, started.port, password, false);
}

const serviceOf = (pid: number, port: number, password: string, takenOver: boolean): Service => ({
  url: `redis://:${password}@127.0.0.1:${port}`,
  pid,
  takenOver,
  stop: () => stopProcess(pid, 'SIGTERM', 20_000),
});

/**
 * The one that an earlier, killed start left running on this folder. Rejects when it is there and does not answer: two that write to one
 * append-only file would spoil it.
 */
async function stillRunning(file: (name: string) => string, password: string): Promise<{ pid: number; port: number } | null> {
  if (!existsSync(file('pid')) || !existsSync(file('port'))) return null;
  const [pid, port] = [Number(readFileSync(file('pid'), 'utf8')), Number(readFileSync(file('port'), 'utf8'))];
  const isThere = () => pid > 1 && isAlive(pid) && isRedis(pid, port);
  if (!isThere()) return null;
  try {
    const gone = () => (isThere() ? null : 'it has ended');
    await until(() => redisAnswers({ port, pid, password }), `The Redis of an earlier start (process ${pid})`, 30_000, gone);
    return { pid, port };
  } catch (error) {
    if (isThere()) throw error;
    return null;
  }
}
