/** A Redis that can be killed and come back on the same port, with its data or without. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { findProgram, freePort, until } from '@toolgate/embedded/process';
import { Redis } from 'ioredis';

/** Its append-only file is synced on every write: what it has answered it does not forget. */
export async function startOwnRedis(folder: string) {
  const program = findProgram(['redis-server', 'valkey-server']);
  if (!program) throw new Error('Install redis-server or valkey-server: the campaign stops, freezes and empties a real one.');
  const place = path.join(folder, 'redis');
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess;
  const start = async () => {
    mkdirSync(place, { recursive: true });
    const options = ['--port', port, '--bind', '127.0.0.1', '--dir', place, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always'];
    child = spawn(program, options.map(String), { stdio: 'ignore' });
    await until(() => command((client) => client.ping()), program, 20_000);
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
