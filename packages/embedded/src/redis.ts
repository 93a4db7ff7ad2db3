/** A private redis-server or valkey-server, when one is on the PATH. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { findProgram, freePort, isAlive, type Service, stopProcess, until } from './process.ts';

/** @returns null when neither program is installed. Its data is an append-only file in `folder`, synced on every write: nothing to lose. */
export async function startRedis({ folder }: { folder: string }): Promise<Service | null> {
  const program = findProgram(['redis-server', 'valkey-server']);
  if (!program) return null;
  const place = path.resolve(folder);
  mkdirSync(place, { recursive: true });
  const [pidFile, portFile] = [path.join(place, 'redis.pid'), path.join(place, 'redis.port')];
  if (existsSync(pidFile) && existsSync(portFile)) {
    const [pid, port] = [Number(readFileSync(pidFile, 'utf8')), Number(readFileSync(portFile, 'utf8'))];
    if (
      pid > 1 &&
      isAlive(pid) &&
      (await answers(port).then(
        () => true,
        () => false,
      ))
    )
      return serviceOf(pid, port, true);
  }
  const port = await freePort();
  const child = spawn(
    program,
    [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      place,
      '--pidfile',
      pidFile,
      '--save',
      '',
      '--appendonly',
      'yes',
      '--appendfsync',
      'always',
      '--maxmemory-policy',
      'noeviction',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      log = (log + chunk).slice(-2000);
    });
  await until(
    () => answers(port),
    program,
    30_000,
    () => (child.exitCode === null ? null : log || `exit code ${child.exitCode}`),
  );
  writeFileSync(pidFile, String(child.pid));
  writeFileSync(portFile, String(port));
  child.unref();
  return serviceOf(child.pid as number, port, false);
}

const serviceOf = (pid: number, port: number, takenOver: boolean): Service => ({
  url: `redis://127.0.0.1:${port}`,
  pid,
  takenOver,
  stop: () => stopProcess(pid, 'SIGTERM', 20_000),
});

/** Rejects unless a Redis on this port says PONG: one that still loads its file does not count. */
function answers(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.setTimeout(1000, () => socket.destroy(new Error('no answer')));
    socket.once('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      if (data.toString().startsWith('+PONG')) resolve();
      else reject(new Error(data.toString().trim()));
    });
  });
}
