import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createDatabase } from '@toolgate/db/database';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { createOrganization, createServer } from '@toolgate/testing/factories';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEnv } from './env.ts';

const MAIN = path.join(import.meta.dirname, 'main.ts');
const TOKEN = 'token-'.repeat(6);
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

const environment = () => ({
  PATH: process.env.PATH,
  DATABASE_URL: database.urlAs('toolgate_app'),
  TOOLGATE_KEYS: `k:${randomBytes(32).toString('base64')}`,
  TOOLGATE_RUNNER_TOKEN: TOKEN,
  RUNNER_PORT: '0',
});

/** A runner of its own, with one managed process in it. */
async function running(): Promise<{ runner: ChildProcess; child: number; ended: Promise<number | null> }> {
  const runner = spawn(process.execPath, [MAIN], { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => runner.once('exit', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    runner.stdout!.on('data', (chunk: Buffer) => {
      said += chunk;
      const ready = /^ready (\S+)\n/m.exec(said);
      if (ready) resolve(ready[1]!);
    });
    runner.once('exit', () => reject(new Error('ended before it was ready')));
  });
  const db = createDatabase(database.urlAs('toolgate_app'));
  const { id } = await createOrganization(db);
  const server = await createServer(db, id, { managed: 'wavespeed-demo' });
  await db.close();
  const response = await fetch(`${url}/${id}/${server.id}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}',
  });
  expect(await response.text()).toContain('"serverInfo"');
  const [child] = childrenOf(runner.pid!);
  expect(child).toBeGreaterThan(0);
  return { runner, child: child!, ended };
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === parent)
    .map(Number);
}

/** Null: there is no such process. One that has ended is none, also where nobody asks how. */
function parentOf(pid: string): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return /^State:\tZ/m.test(status) ? null : Number(/^PPid:\t(\d+)/m.exec(status)?.[1]);
  } catch {
    return null;
  }
}

const isGone = (pid: number) => parentOf(String(pid)) === null;

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it with status 0 and leaves no child', async (signal) => {
  const { runner, child, ended } = await running();
  runner.kill(signal);
  expect(await ended).toBe(0);
  expect(isGone(child)).toBe(true);
});

test('a child does not outlive a runner that was killed', async () => {
  const { runner, child, ended } = await running();
  runner.kill('SIGKILL');
  await ended;
  await expect.poll(() => isGone(child), { timeout: 60_000 }).toBe(true);
});

test('everything that is wrong with the environment is said at once, and no value is shown', () => {
  const read = () => readEnv({ TOOLGATE_KEYS: 'canary', TOOLGATE_RUNNER_TOKEN: 'short', RUNNER_PORT: 'x' });
  expect(read).toThrow(/DATABASE_URL.*\n.*TOOLGATE_KEYS.*\n.*TOOLGATE_RUNNER_TOKEN.*\n.*RUNNER_PORT/);
  expect(read).not.toThrow(/canary|short/);
});
