/** The proof of the log as a customer runs it: export, key and checkpoints from the system, and then nothing but files. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { auditFacts } from '@toolgate/audit/event';
import { newSigningKey } from '@toolgate/services/audit/checkpoint-key';
import { exportEvents } from '@toolgate/services/audit/export';
import { sealExport } from '@toolgate/services/audit/export-seal';
import { isAuditBehind } from '@toolgate/services/audit/is-behind';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

// Each command is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 600_000 });

const root = path.resolve(import.meta.dirname, '../../..');
let t: TestServices;
let folder: string;
let worker: ChildProcess;
beforeAll(async () => {
  t = await startTestServices();
  folder = mkdtempSync(path.join(os.tmpdir(), 'toolgate-audit-'));
  const databaseUrl = t.database.urlAs('toolgate_worker');
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: databaseUrl,
    QUEUE_DATABASE_URL: databaseUrl,
    TOOLGATE_LEDGER: 'embedded',
    TOOLGATE_KEYS: t.keys,
    TOOLGATE_SIGNING_KEY: newSigningKey(t.s.keyRing),
  };
  worker = spawn(process.execPath, [path.join(root, 'apps/worker/src/main.ts')], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  // It drains, and has said what it signs with.
  const isThere = async () => {
    expect(await isAuditBehind(t.s)).toBe(false);
    expect(await t.s.db.prisma.auditInstallation.findUnique({ where: { id: 1 } })).toMatchObject({ keyId: expect.any(String) });
  };
  await vi.waitFor(isThere, { timeout: 120_000, interval: 200 });
}, 180_000);
afterAll(async () => {
  const ended = once(worker, 'exit');
  worker.kill('SIGTERM');
  await ended;
  await t.stop();
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string, text?: string): string => {
  const place = path.join(folder, name);
  if (text !== undefined) writeFileSync(place, text);
  return place;
};

function toolgate(args: string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(import.meta.dirname, 'main.ts'), ...args], {
    env: { PATH: process.env.PATH, TOOLGATE_DATA_DIR: path.join(folder, 'nothing'), ...env },
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}
const running = () => {
  const databaseUrl = t.database.urlAs('toolgate_app');
  return { DATABASE_URL: databaseUrl, QUEUE_DATABASE_URL: databaseUrl, TOOLGATE_LEDGER: 'embedded', TOOLGATE_KEYS: t.keys };
};

async function log(organizationId: string, count: number): Promise<void> {
  const records = Array.from({ length: count }, (_, i) => {
    const facts = auditFacts({
      id: randomUUID(),
      organizationId,
      at: new Date().toISOString(),
      kind: 'call',
      decision: 'denied',
      message: `no ${i}`,
    });
    return { organizationId, record: { type: 'event', facts } as never };
  });
  await t.s.db.forOrganization(organizationId, (tx) => tx.auditRecord.createMany({ data: records }));
}

test('an export is proved by the public key alone, and by a checkpoint that was kept; whatever is done to it is found', async () => {
  const { id, slug } = await t.organization();
  await log(id, 30);
  const exported = toolgate(['audit', 'export', '--org', slug], running());
  expect(exported).toMatchObject({ code: 0, stderr: '' });
  const key = toolgate(['audit', 'public-key'], running());
  expect(key.stdout).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
  const [log1, pem] = [file('log.jsonl', exported.stdout), file('key.pem', key.stdout)];
  const verify = (place: string, ...more: string[]) => toolgate(['audit', 'verify', place, ...more]);
  const whole = verify(log1, '--public-key', pem);
  expect(whole).toMatchObject({ code: 0, stderr: '' });
  // 30 calls, the begin of the export, and its end.
  expect(JSON.parse(whole.stdout)).toMatchObject({ events: 32, from: 1, signed: true, dropped: [], head: { seq: 32 } });
  expect(
    exported.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).seq),
  ).toEqual(Array.from({ length: 32 }, (_, i) => i + 1));
  expect(JSON.parse(verify(log1).stdout)).toMatchObject({ events: 32, signed: false });

  const lines = exported.stdout.split('\n');
  const harmed: Record<string, string> = {
    'Event 3 was changed': exported.stdout.replace('"no 2"', '"no 9"'),
    'Event 3 does not follow': lines.toSpliced(2, 1).join('\n'),
    'the order was changed': [lines[1], lines[0], ...lines.slice(2)].join('\n'),
    'it was cut': lines.slice(0, 20).join('\n'),
    'Line 12 is not JSON': exported.stdout.slice(0, exported.stdout.indexOf('"no 11"')),
  };
  for (const [message, text] of Object.entries(harmed)) {
    expect(verify(file('harmed.jsonl', text), '--public-key', pem), message).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
  }
  const kept = toolgate(['audit', 'checkpoints', '--org', slug, '--newest', 'true'], running());
  expect(JSON.parse(kept.stdout)).toMatchObject({ organizationId: id, seq: 32, hash: JSON.parse(lines[31]!).hash });
  const checkpoint = file('checkpoint.json', kept.stdout);
  expect(verify(log1, '--public-key', pem, '--checkpoint', checkpoint).code).toBe(0);
  const forged = file('forged.json', kept.stdout.replace('"seq":32', '"seq":31'));
  expect(verify(log1, '--public-key', pem, '--checkpoint', forged).stderr).toContain('was not signed by this key');
  const later = toolgate(['audit', 'export', '--org', slug, '--query', 'decision:denied'], running());
  const some = verify(file('some.jsonl', later.stdout), '--public-key', pem, '--checkpoint', checkpoint);
  expect(JSON.parse(some.stdout)).toMatchObject({ events: 31, signed: true });
});

test('a CSV file is proved by its manifest', async () => {
  const { id, owner } = await t.organization();
  await log(id, 3);
  const patience = { patienceMs: 60_000 };
  const events = await exportEvents(t.s, owner, '', patience);
  if (!events.ok) throw new Error(events.refusal.message);
  const seqs: number[] = [];
  for await (const event of events.value) seqs.push(event.seq);
  const csv = `seq\n${seqs.join('\n')}\n`;
  const content = {
    format: 'csv',
    query: '',
    count: seqs.length,
    first: seqs[0]!,
    last: seqs.at(-1)!,
    sha256: createHash('sha256').update(csv).digest('hex'),
  } as const;
  const manifest = await sealExport(t.s, owner, content, patience);
  const pem = file('csv-key.pem', toolgate(['audit', 'public-key'], running()).stdout);
  const sealed = file('manifest.json', JSON.stringify(manifest.ok && manifest.value));
  const verify = (text: string, place = sealed) =>
    toolgate(['audit', 'verify', file('log.csv', text), '--manifest', place, '--public-key', pem]);
  expect(JSON.parse(verify(csv).stdout)).toMatchObject({ events: 4, signed: true });
  expect(verify(csv.replace('2', '3')).stderr).toContain('not the one that was exported');
  const other = file('other.json', readFileSync(sealed, 'utf8').replace('"count":4', '"count":3'));
  expect(verify(csv, other).stderr).toContain('says something else than its event');
});
