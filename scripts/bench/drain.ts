/**
 * How many audit events a second the worker drains into PostgreSQL: chained, signed and committed, from Redis streams and from the table.
 * Starts everything itself. The two cores of the measure are shared by the worker, PostgreSQL and Redis.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { auditFacts } from '@toolgate/audit/event';
import { createDatabase, type Database } from '@toolgate/db/database';
import { urlAsRole } from '@toolgate/db/url';
import { startPostgres } from '@toolgate/embedded/postgres';
import { startRedis } from '@toolgate/embedded/redis';
import { migrateQueue } from '@toolgate/jobs/migrate-queue';
import { auditStream, shardOf } from '@toolgate/ledger/redis/shard';
import { newSigningKey } from '@toolgate/services/audit/checkpoint-key';
import { newId } from '@toolgate/services/id';
import { parseKeyRing } from '@toolgate/services/secret/key-ring';
import { Redis } from 'ioredis';
import { migrate } from '../migrate.ts';

export interface DrainFigure {
  source: 'streams' | 'table';
  organizations: number;
  events: number;
  eventsPerSecond: number;
  /** Processor time. */
  workerMicrosPerEvent: number;
  postgresMicrosPerEvent: number;
  redisMicrosPerEvent: number;
}

const OPTIONS = {
  events: { type: 'string', default: '120000' },
  source: { type: 'string' },
  organizations: { type: 'string' },
  'cpu-prof': { type: 'string' },
} as const;

/**
 * Four of five events are calls (an intent and an end), one is a refusal. Prints a table and gives its rows.
 * `--cpu-prof FOLDER` keeps a processor profile of each worker; `--source` and `--organizations` measure one case only.
 */
export async function run(args: readonly string[] = []): Promise<DrainFigure[]> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const events = Number(values.events);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'toolgate-bench-'));
  chmodSync(folder, 0o755);
  const postgres = await startPostgres({ folder: path.join(folder, 'postgres'), database: 'bench' });
  const redis = await startRedis({ folder: path.join(folder, 'redis') });
  if (!redis) console.log('No redis-server here: only the table is measured.');
  await migrate(postgres.url);
  const owner = createDatabase(postgres.url);
  const databaseUrl = urlAsRole(postgres.url, 'toolgate_worker');
  await migrateQueue(postgres.url);
  const figures: DrainFigure[] = [];
  try {
    for (const source of redis ? (['streams', 'table'] as const) : (['table'] as const)) {
      for (const organizations of [1, 50]) {
        if ((values.source ?? source) !== source || Number(values.organizations ?? organizations) !== organizations) continue;
        const ids = Array.from({ length: organizations }, () => newId());
        const records = ids.map((id, i) => recordsOf(id, Math.ceil((events - i) / organizations)));
        if (source === 'streams') await fillStreams(redis?.url ?? '', ids, records);
        else await fillTable(owner, ids, records);
        const stores = {
          databaseUrl,
          redisUrl: source === 'streams' ? redis?.url : undefined,
          postgresPid: postgres.pid,
          redisPid: redis?.pid,
          profile: values['cpu-prof'],
        };
        figures.push({ source, organizations, events, ...(await measure(owner, stores, ids, events)) });
      }
    }
  } finally {
    await owner.close();
    await redis?.stop();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  console.table(figures);
  return figures;
}

/** The worker is the real one, in a process of its own. */
async function measure(owner: Database, stores: Stores, ids: string[], events: number) {
  const { databaseUrl, redisUrl, postgresPid, redisPid, profile } = stores;
  const ring = parseKeyRing(`k1:${Buffer.alloc(32, 1).toString('base64')}`);
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: databaseUrl,
    QUEUE_DATABASE_URL: databaseUrl,
    ...(redisUrl ? { REDIS_URL: redisUrl } : {}),
    TOOLGATE_KEYS: `k1:${ring.first.key.toString('base64')}`,
    TOOLGATE_SIGNING_KEY: newSigningKey(ring),
  };
  const main = path.resolve(import.meta.dirname, '../../apps/worker/src/main.ts');
  const before = [cpuMicros(postgresPid), cpuMicros(redisPid ?? 0)];
  const child = spawn(process.execPath, [...(profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []), main], { env, stdio: STDIO });
  await once(child.stdout, 'data');
  const start = performance.now();
  const started = cpuMicros(child.pid ?? 0);
  const drained = async () => {
    const { rows } = await owner.pool.query(
      'SELECT COALESCE(sum(seq), 0)::int AS seen FROM "AuditChain" WHERE "organizationId" = ANY($1)',
      [ids],
    );
    return rows[0].seen as number;
  };
  while ((await drained()) < events) {
    if (performance.now() - start > GIVE_UP_MS || child.exitCode !== null) throw new Error('The worker did not drain what was recorded.');
    await sleep(20);
  }
  const seconds = (performance.now() - start) / 1000;
  const worker = cpuMicros(child.pid ?? 0) - started;
  const [postgres, redis] = [cpuMicros(postgresPid), cpuMicros(redisPid ?? 0)].map((now, i) => now - (before[i] ?? 0)) as [number, number];
  child.kill('SIGTERM');
  await once(child, 'exit');
  return {
    eventsPerSecond: Math.round(events / seconds),
    workerMicrosPerEvent: Math.round(worker / events),
    postgresMicrosPerEvent: Math.round(postgres / events),
    redisMicrosPerEvent: Math.round(redis / events),
  };
}

interface Stores {
  databaseUrl: string;
  redisUrl: string | undefined;
  postgresPid: number;
  redisPid: number | undefined;
  /** Folder for a profile of the worker. */
  profile: string | undefined;
}

const GIVE_UP_MS = 120_000;
const STDIO: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];

/** Processor time of a process and its children (Linux; elsewhere 0), in µs. */
function cpuMicros(pid: number): number {
  try {
    const own = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    // User and system time, and that of children that have ended, in hundredths of a second.
    const ticks = own.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return ticks * 10_000 + children.reduce((sum, child) => sum + cpuMicros(Number(child)), 0);
  } catch {
    return 0;
  }
}

const at = () => new Date().toISOString();

/** JSON texts in the order in which a gateway writes them: many calls are under way at once. */
function recordsOf(organizationId: string, events: number): string[] {
  const records: string[] = [];
  const ends: string[] = [];
  for (let i = 0; i < events; i++) {
    const id = newId();
    const isCall = i % 5 !== 0;
    const facts = auditFacts({
      id,
      organizationId,
      at: at(),
      kind: 'call',
      decision: isCall ? 'allowed' : 'denied',
      code: isCall ? 'allowed' : 'default_deny',
      method: 'tools/call',
      tool: isCall ? 'image_to_image' : 'delete_run',
      serverId: SERVER,
      server: 'wavespeed',
      grantId: GRANT,
      grant: 'cursor-laptop',
      client: 'cursor 1.2.3',
      message: isCall ? null : 'No rule allows delete_run.',
      rule: isCall ? '/tools/image_to_image' : null,
      policyId: POLICY,
      policyVersion: 12,
      requestId: id,
      detail: {
        trace: [
          { step: 'tool', result: isCall ? 'allow' : 'no rule', rule: '/tools/image_to_image' },
          { step: 'limits', result: 'room', rule: '/tools/image_to_image/limits/0', note: 'image_to_image_rate' },
        ],
        argumentKeys: ['image', 'prompt', 'size'],
        argumentsHmac: 'a'.repeat(64),
        policy: 'production',
        requestBytes: 412,
        ip: '203.0.113.7',
      },
    });
    if (!isCall) records.push(JSON.stringify({ type: 'event', facts }));
    else {
      records.push(JSON.stringify({ type: 'intent', callId: id, gatewayId: 'bench', facts }));
      const end = { outcome: 'ok', code: null, message: null, latencyMs: 410, responseBytes: 2048, upstreamStatus: 200 };
      ends.push(JSON.stringify({ type: 'end', callId: id, organizationId, end }));
    }
    if (ends.length > 32) records.push(ends.shift() as string);
  }
  return [...records, ...ends];
}

const [SERVER, GRANT, POLICY] = [newId(), newId(), newId()];

async function fillStreams(url: string, ids: string[], records: string[][]): Promise<void> {
  const redis = new Redis(url);
  for (const [i, organizationId] of ids.entries()) {
    const list = records[i] ?? [];
    for (let from = 0; from < list.length; from += 2000) {
      const pipeline = redis.pipeline();
      for (const text of list.slice(from, from + 2000)) pipeline.xadd(auditStream(shardOf(organizationId)), '*', 'r', text);
      await pipeline.exec();
    }
  }
  redis.disconnect();
}

async function fillTable(owner: Database, ids: string[], records: string[][]): Promise<void> {
  for (const [i, organizationId] of ids.entries()) {
    await owner.pool.query('INSERT INTO "AuditRecord" ("organizationId", record) SELECT $1, r::jsonb FROM unnest($2::text[]) AS r', [
      organizationId,
      records[i] ?? [],
    ]);
  }
}

if (import.meta.main) await run(process.argv.slice(2));
