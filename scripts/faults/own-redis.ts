/** A Redis that can be killed and come back on the same port, with its data or without. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { findProgram } from '@toolgate/embedded/process';
import { redisAnswers } from '@toolgate/embedded/redis-answers';
import { startProgram } from '@toolgate/embedded/start-program';
import { Redis } from 'ioredis';

/** Its append-only file is synced on every write: what it has answered it does not forget. */
export async function startOwnRedis(folder: string) {
  const program = findProgram(['redis-server', 'valkey-server']);
  if (!program) throw new Error('Install redis-server or valkey-server: the campaign stops, freezes and empties a real one.');
  const place = path.join(folder, 'redis');
  const fixed = ['--bind', '127.0.0.1', '--dir', place, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always'];
  let child: ChildProcess;
  let port: number | undefined;
  const start = async () => {
    mkdirSync(place, { recursive: true });
    const args = (at: number) => ['--port', at, ...fixed];
    ({ child, port } = await startProgram({ program, args, answers: (at, pid) => redisAnswers({ port: at, pid }), port }));
  };
  const command = async <T>(run: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
    client.on('error', () => {});
    try {
      return await run(client);
    } finally {
      client.disconnect();
    }
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  await start();
  const url = `redis://127.0.0.1:${port}`;
  return {
    url,
    get pid() {
      return child.pid as number;
    },
    start,
    kill,
    command,
    /** The data set of one that was killed. */
    erase: () => rmSync(place, { recursive: true, force: true }),
  };
}
