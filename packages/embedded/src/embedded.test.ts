/** Other programs of the same machine: they reach the ports, and get no further. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loginUrl } from './login-url.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'toolgate-embedded-'));
  chmodSync(folder, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isPrivate = (file: string): boolean => (statSync(file).mode & 0o077) === 0;
const commandLine = (pid: number): string => execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });

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
  expect(await startRedis(options)).toMatchObject({ url: first.url, takenOver: true });
  await first.stop();
  const later = await startRedis(options);
  expect(new URL(later?.url ?? '').password).toBe(password);
  await later?.stop();
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
