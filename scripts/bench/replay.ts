/** How long it takes to decide recorded calls again with a draft: reading them from PostgreSQL, over the wire's form, and the replay itself. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { auditFacts } from '@toolgate/audit/event';
import { createDatabase, type Database } from '@toolgate/db/database';
import { urlAsRole } from '@toolgate/db/url';
import { startPostgres } from '@toolgate/embedded/postgres';
import { compileSource } from '@toolgate/policy/policy-test';
import { createReplay } from '@toolgate/policy/replay';
import type { Actor } from '@toolgate/services/context';
import { newId } from '@toolgate/services/id';
import { type LoggedCall, recordedCalls } from '@toolgate/services/policy/recorded-calls';
import pg from 'pg';
import { migrate } from '../migrate.ts';
import { appendBatch } from '../seed-audit/append-batch.ts';
import { median, printTable, type Row } from './table.ts';

const CALLS = 12_000;
const ROUNDS = 7;

/** Conditions on names, arguments and the client, and limits that fill up. */
const DRAFT = JSON.stringify({
  version: '1',
  default: 'deny',
  all_tools: { limits: [{ counter: 'all', window: 'day', max: 8000, scope: 'organization' }] },
  tools: Object.fromEntries(
    Array.from({ length: 50 }, (_, index) => [
      `tool_${index}`,
      {
        deny_if: [{ path: 'args.admin', op: 'exists' }, ...(index % 5 === 0 ? [{ path: 'args.size', op: 'gt', value: 100 }] : [])],
        limits: [{ counter: `c${index}`, window: 'minute', max: 30 }, { concurrency: 4 }],
      },
    ]),
  ),
});

export async function run(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'toolgate-replay-'));
  const postgres = await startPostgres({ folder: path.join(folder, 'postgres'), database: 'bench' });
  try {
    await migrate(postgres.url);
    const db = createDatabase(urlAsRole(postgres.url, 'toolgate_app'));
    const { actor, policyId } = await seed(db, postgres.url);
    const rows: Row[] = [];
    for (const most of [100, 1000, 10_000]) rows.push(...(await measure(db, actor, policyId, most)));
    printTable(rows);
    await db.close();
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(db: Database, actor: Actor, policyId: string, most: number): Promise<Row[]> {
  const [whole, replayOnly]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    let text = '';
    for await (const page of recordedCalls({ db }, actor, { policyId, most }))
      text += page.map((call) => `${JSON.stringify(call)}\n`).join('');
    const calls = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as LoggedCall)
      .toSorted((a, b) => a.at - b.at);
    const read = performance.now();
    const replay = createReplay(compileSource(DRAFT));
    const decided = calls.map(replay);
    if (decided.length !== most) throw new Error(`${decided.length} calls instead of ${most}`);
    replayOnly.push(performance.now() - read);
    whole.push(performance.now() - begun);
  }
  return [
    { what: `${most} calls: read and replayed`, value: median(whole), unit: 'ms', ...(most === 1000 ? { target: 1000 } : {}) },
    { what: `${most} calls: replayed`, value: median(replayOnly), unit: 'ms' },
  ];
}

async function seed(db: Database, ownerUrl: string): Promise<{ actor: Actor; policyId: string }> {
  const [organizationId, serverId, policyId, grantId] = ['bench', newId(), newId(), newId()];
  await db.forOrganization(organizationId, async (tx) => {
    await tx.organization.create({ data: { id: organizationId, slug: 'bench', name: 'Bench' } });
    await tx.server.create({ data: { organizationId, id: serverId, slug: 's', name: 's', transport: 'http', url: 'https://a.example/' } });
    await tx.policy.create({ data: { organizationId, id: policyId, slug: 'p', name: 'p', currentVersion: 1 } });
    const grant = { organizationId, id: grantId, label: 'ci', tokenHash: Buffer.alloc(32), tokenPrefix: 'tg_', createdBy: 'bench' };
    await tx.grant.create({ data: grant });
    await tx.grantServer.create({ data: { organizationId, grantId, serverId, policyId } });
  });
  const begin = Date.now() - 3_600_000;
  const events = Array.from({ length: CALLS }, (_, index) => {
    const at = new Date(begin + index * 250).toISOString();
    const who = { serverId, server: 's', grantId, grant: 'ci', client: 'Cursor 3.4', policyId, policyVersion: 1 };
    const trace = ['paused', 'policy', 'tool', 'hide', 'default', 'action', 'require', 'deny_if', 'approve_if', 'limits'];
    const detail = {
      trace: trace.map((step) => ({ step, result: 'pass', rule: '/tools/tool_1' })),
      argumentKeys: index % 3 === 0 ? ['prompt', 'size'] : ['prompt'],
      requestBytes: 300,
      admittedAt: at,
    };
    const decided = { kind: 'call', decision: 'allowed', outcome: 'ok', code: 'allowed', method: 'tools/call', latencyMs: 40 } as const;
    return auditFacts({ id: newId(), organizationId, at, ...decided, tool: `tool_${index % 60}`, ...who, detail });
  });
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query('SELECT toolgate_make_audit_partitions(now())');
  await appendBatch(client, organizationId, events);
  await client.query('ANALYZE "AuditEvent"');
  await client.end();
  return { actor: { kind: 'operator', organizationId, name: 'bench' }, policyId };
}

if (import.meta.main) await run();
