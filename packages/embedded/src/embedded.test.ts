/** Other programs of the same machine: they reach the ports, and get no further. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loginUrl } from './login-url.ts';
import { startPostgres as startOwnPostgres } from './postgres.ts';
import { commandLine, findProgram, freePort, isAlive, type Service } from './process.ts';
import { startRedis as startOwnRedis } from './redis.ts';
import { redisAnswers } from './redis-answers.ts';
import { startProgram } from './start-program.ts';

let folder: string;
const started: Service[] = [];
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'toolgate-embedded-'));
  chmodSync(folder, 0o755);
});
afterAll(async () => {
  // Also what a test that failed has left running: it would still write to the folder.
  for (const service of started) await service.stop();
  rmSync(folder, { recursive: true, force: true });
});
const startPostgres = async (options: { folder: string; database: string }) => keep(await startOwnPostgres(options));
const startRedis = async (options: { folder: string }) => keep(await startOwnRedis(options));
function keep<T extends Service | null>(service: T): T {
  if (service) started.push(service);
  return service;
}

const isPrivate = (file: string): boolean => (statSync(file).mode & 0o077) === 0;

test('the embedded PostgreSQL lets nobody in without its password, which a later start still knows', async () => {
  const options = { folder: path.join(folder, 'postgres'), database: 'toolgate' };
  const first = await startPostgres(options);
  const { port, password } = new URL(first.url);
  for (const wrong of [undefined, '', 'postgres', `${password}x`]) {
    const client = new pg.Client({ host: '127.0.0.1', port: Number(port), user: 'postgres', database: 'toolgate', password: wrong });
    await expect(client.connect(), `password ${wrong}`).rejects.toThrow();
  }
  expect(password.length).toBeGreaterThanOrEqual(43);
  expect(isPrivate(`${options.folder}.password`)).toBe(true);
  expect(commandLine(first.pid)).not.toContain(password);
  expect(readdirSync(folder).sort()).toEqual(expect.arrayContaining(['postgres.password']));
  expect(readdirSync(folder).filter((name) => /^postgres\.[0-9a-f]{16}$/.test(name))).toEqual([]);
  const again = await startPostgres(options);
  expect(again).toMatchObject({ url: first.url, takenOver: true });
  await again.stop();
  const later = await startPostgres(options);
  const client = new pg.Client({ connectionString: later.url });
  await client.connect();
  await client.end();
  expect(new URL(later.url).password).toBe(password);
  await later.stop();
});

test('who logs in as a role of its own cannot become the owner, as whoever acts as it in the owner’s session can', async () => {
  const postgres = await startPostgres({ folder: path.join(folder, 'roles'), database: 'toolgate' });
  const query = async (url: string, sql: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return client.query(sql).finally(() => client.end());
  };
  await query(postgres.url, 'CREATE ROLE app LOGIN');
  const url = await loginUrl(postgres.url, 'app');
  expect((await query(url, 'SELECT session_user')).rows).toEqual([{ session_user: 'app' }]);
  await expect(query(url, 'SET ROLE postgres')).rejects.toThrow('permission denied');
  await expect(query(url, 'SET SESSION AUTHORIZATION postgres')).rejects.toThrow('permission denied');
  await loginUrl(postgres.url, 'app');
  await expect(query(url, 'SELECT 1')).rejects.toThrow('authentication failed');
  await postgres.stop();
});

test('the embedded Redis answers nobody without its password, which a later start still knows', async () => {
  const options = { folder: path.join(folder, 'redis') };
  const first = await startRedis(options);
  if (!first) throw new Error('Install redis-server or valkey-server: these tests run against a real one.');
  const { port, password } = new URL(first.url);
  expect(await say(Number(port), 'KEYS *')).toMatch(/^-NOAUTH/);
  expect(await say(Number(port), 'AUTH wrong')).toMatch(/^-WRONGPASS/);
  expect(await say(Number(port), `AUTH ${password}`)).toBe('+OK\r\n');
  expect(commandLine(first.pid)).not.toContain(password);
  expect(isPrivate(options.folder)).toBe(true);
  expect(readFileSync(path.join(options.folder, 'redis.conf'), 'utf8')).toContain(password);
  expect(isPrivate(path.join(options.folder, 'redis.conf'))).toBe(true);
  const again = await startRedis(options);
  expect(again).toMatchObject({ url: first.url, pid: first.pid, takenOver: true });
  await first.stop();
  expect(isAlive(first.pid)).toBe(false);
  const later = await startRedis(options);
  expect(new URL(later?.url ?? '').password).toBe(password);
  await later?.stop();
});

const redis = () => {
  const program = findProgram(['redis-server', 'valkey-server']);
  if (!program) throw new Error('Install redis-server or valkey-server: these tests run against a real one.');
  return program;
};
const at = (port: number) => ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];

test('a program whose port somebody took in the meantime is started at another, and who answers in its place is not taken for it', async () => {
  const other = await startProgram({ program: redis(), args: at, answers: (port, pid) => redisAnswers({ port, pid }) });
  const server = net.createServer((socket) => socket.destroy());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const taken = [other.port, (server.address() as net.AddressInfo).port];
  const tried: number[] = [];
  // As if each of the taken ones had been free a moment ago.
  const really = (port: number) => taken[tried.indexOf(port)] ?? port;
  try {
    const started = await startProgram({
      program: redis(),
      args: (port) => {
        tried.push(port);
        return at(really(port));
      },
      answers: (port, pid) => redisAnswers({ port: really(port), pid }),
    });
    expect(tried.length).toBeGreaterThan(taken.length);
    expect(started.port).toBe(tried.at(-1));
    await expect(redisAnswers({ port: other.port, pid: started.pid })).rejects.toThrow(`process ${other.pid} has port ${other.port}`);
    started.child.kill('SIGKILL');
  } finally {
    server.close();
    other.child.kill('SIGKILL');
  }
});

test('a program that ends for another reason than its port is not started again, and what it said last is the error', async () => {
  let tries = 0;
  const args = () => {
    tries++;
    return ['--no-such-option', 'x'];
  };
  await expect(startProgram({ program: redis(), name: 'It', args, answers: () => Promise.reject(new Error('no')) })).rejects.toThrow(
    /^It did not start: .*no-such-option/s,
  );
  expect(tries).toBe(1);
});

test('free ports are not among those that the system gives away by itself, and no two are the same', async () => {
  const ports = await Promise.all(Array.from({ length: 200 }, freePort));
  expect(new Set(ports).size).toBe(200);
  for (const port of ports) expect(port >= 20_000 && port < 32_768).toBe(true);
});

test('a process that has the number of an earlier PostgreSQL or Redis by now is left alone', async () => {
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const options = { folder: path.join(folder, 'numbers'), database: 'toolgate' };
  const first = await startPostgres(options);
  await first.stop();
  const pointer = `${options.folder}.location`;
  const dataFolder = readdirSync(folder).includes('numbers.location') ? readFileSync(pointer, 'utf8') : options.folder;
  writeFileSync(path.join(dataFolder, 'postmaster.pid'), `${stranger.pid}\n${dataFolder}\n0\n${new URL(first.url).port}\n`);
  const later = await startPostgres(options);
  expect(later.takenOver).toBe(false);
  await later.stop();
  const place = path.join(folder, 'redis-numbers');
  mkdirSync(place);
  writeFileSync(path.join(place, 'redis.pid'), String(stranger.pid));
  writeFileSync(path.join(place, 'redis.port'), String(await freePort()));
  const own = await startRedis({ folder: place });
  expect(own?.takenOver).toBe(false);
  await own?.stop();
  expect(isAlive(stranger.pid as number)).toBe(true);
  stranger.kill('SIGKILL');
});

function say(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
    socket.once('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString());
    });
  });
}
