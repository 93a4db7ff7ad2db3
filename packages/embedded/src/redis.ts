/** A private redis-server or valkey-server, when one is on the PATH. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { keptPassword } from './kept-password.ts';
import { findProgram, freePort, isAlive, type Service, stopProcess, until } from './process.ts';

/** @returns null when neither program is installed. Its data is an append-only file in `folder`, synced on every write: nothing to lose. */
export async function startRedis({ folder }: { folder: string }): Promise<Service | null> {
  const program = findProgram(['redis-server', 'valkey-server']);
  if (!program) return null;
  const place = path.resolve(folder);
  mkdirSync(place, { recursive: true });
  chmodSync(place, 0o700);
  const [pidFile, portFile, configFile] = ['redis.pid', 'redis.port', 'redis.conf'].map((name) => path.join(place, name)) as Files;
  // Every program of this machine reaches the port, managed servers included: the password is what keeps them out.
  const password = keptPassword(path.join(place, 'redis.password'));
  if (existsSync(pidFile) && existsSync(portFile)) {
    const [pid, port] = [Number(readFileSync(pidFile, 'utf8')), Number(readFileSync(portFile, 'utf8'))];
    if (
      pid > 1 &&
      isAlive(pid) &&
      (await answers(port, password).then(
        () => true,
        () => false,
      ))
    )
      return serviceOf(pid, port, password, true);
  }
  const port = await freePort();
  // Not on the command line, which everybody can read.
  writeFileSync(configFile, `requirepass ${password}\n`, { mode: 0o600 });
  const child = spawn(
    program,
    [
      configFile,
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
    () => answers(port, password),
    program,
    30_000,
    () => (child.exitCode === null ? null : log || `exit code ${child.exitCode}`),
  );
  writeFileSync(pidFile, String(child.pid));
  writeFileSync(portFile, String(port));
  child.unref();
  return serviceOf(child.pid as number, port, password, false);
}

type Files = [pid: string, port: string, config: string];

const serviceOf = (pid: number, port: number, password: string, takenOver: boolean): Service => ({
  url: `redis://:${password}@127.0.0.1:${port}`,
  pid,
  takenOver,
  stop: () => stopProcess(pid, 'SIGTERM', 20_000),
});

/** Rejects unless a Redis on this port takes the password and says PONG: one that still loads its file does not count. */
function answers(port: number, password: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    socket.setTimeout(1000, () => socket.destroy(new Error('no answer')));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('hung up')));
    let said = '';
    socket.on('data', (data) => {
      said += data;
      if (said.split('\r\n').length < 3) return;
      socket.destroy();
      if (said.startsWith('+OK\r\n+PONG')) resolve();
      else reject(new Error(said.trim()));
    });
  });
}
