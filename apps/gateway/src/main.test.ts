/** The process itself: how it starts, and how it ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createTestDatabase } from '@toolgate/testing/databases';
import { expect, test } from 'vitest';

const MAIN = path.join(import.meta.dirname, 'main.ts');
const KEYS = `test:${Buffer.alloc(32, 7).toString('base64')}`;

function run(env: Record<string, string>) {
  const child = spawn(process.execPath, [MAIN], { env: { PATH: process.env.PATH ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return { child, output: () => output, exit: once(child, 'close').then(([code]) => code as number) };
}

test('says everything that is wrong with its settings at once, and never a key', async () => {
  const { output, exit } = run({
    TOOLGATE_KEYS: 'k:c2VjcmV0',
    GATEWAY_PORT: 'x',
    TOOLGATE_EGRESS_ALLOW: 'localhost',
    TOOLGATE_LEDGER: 'redis',
  });
  expect(await exit).toBe(1);
  for (const name of ['DATABASE_URL', 'TOOLGATE_KEYS', 'GATEWAY_PORT', 'TOOLGATE_EGRESS_ALLOW']) expect(output()).toContain(name);
  expect(output()).not.toContain('c2VjcmV0');
});

test('prints that it is ready, answers, and ends with 0 on SIGTERM; a role that could pass row level security by is refused', async () => {
  const database = await createTestDatabase();
  const env = { TOOLGATE_KEYS: KEYS, GATEWAY_PORT: '0', TOOLGATE_LEDGER: 'embedded', GATEWAY_STORE_TIMEOUT_MS: '20000' };
  const mighty = run({ ...env, DATABASE_URL: database.ownerUrl });
  expect(await mighty.exit).toBe(1);
  expect(mighty.output()).toContain('row level security');
  const gateway = run({ ...env, DATABASE_URL: database.urlAs('toolgate_app') });
  await expect.poll(gateway.output, { timeout: 200_000 }).toMatch(/^ready \S+\n/m);
  const url = /^ready (\S+)\n/m.exec(gateway.output())?.[1];
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  gateway.child.kill('SIGTERM');
  expect(await gateway.exit).toBe(0);
  await database.drop();
}, 300_000);
