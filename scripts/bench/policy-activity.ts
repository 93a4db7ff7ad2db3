/** How long it takes to say what was unused and never fired, with a million events in the log: from the sums, and counted from the events. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createDatabase } from '@toolgate/db/database';
import { urlAsRole } from '@toolgate/db/url';
import { startPostgres } from '@toolgate/embedded/postgres';
import type { Actor } from '@toolgate/services/context';
import { readPolicyActivity } from '@toolgate/services/policy/read-activity';
import pg from 'pg';
import { migrate } from '../migrate.ts';
import { median, printTable } from './table.ts';

const EVENTS = 1_000_000;
const DAYS = 30;
const BATCH = 5000;
const ROUNDS = 7;

export async function run(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'toolgate-activity-'));
  const postgres = await startPostgres({ folder: path.join(folder, 'postgres'), database: 'bench' });
  try {
    await migrate(postgres.url);
    const owner = new pg.Client({ connectionString: postgres.url });
    await owner.connect();
    const perBatch = await seed(owner);
    const counted = await timed(() => owner.query(FROM_EVENTS));
    await owner.end();
    const db = createDatabase(urlAsRole(postgres.url, 'toolgate_app'));
    const actor: Actor = { kind: 'operator', organizationId: 'o', name: 'bench' };
    const read = await timed(async () => {
      const activity = await readPolicyActivity({ db, now: () => new Date() }, actor, { policyId: 'p', days: DAYS });
      if (!activity || activity.calls < EVENTS * 0.9) throw new Error(`${activity?.calls} calls instead of ${EVENTS}`);
    });
    await db.close();
    printTable([
      { what: `${EVENTS} events, ${DAYS} days: from the sums`, value: read, unit: 'ms', target: 250 },
      { what: 'the same counted from the events', value: counted, unit: 'ms' },
      { what: `adding a batch of ${BATCH} events to the sums`, value: perBatch, unit: 'ms' },
    ]);
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    await run();
    took.push(performance.now() - begun);
  }
  return median(took);
}

/** A policy with 50 tools and 200 lines, called evenly; the sums are added batch by batch, as by the drain. Gives ms per batch. */
async function seed(client: pg.Client): Promise<number> {
  await client.query(`INSERT INTO "Organization" (id, slug, name) VALUES ('o', 'o', 'o')`);
  await client.query(`INSERT INTO "Policy" ("organizationId", id, slug, name, "currentVersion") VALUES ('o', 'p', 'p', 'p', 1)`);
  await client.query(`SELECT toolgate_make_audit_partitions(now() - INTERVAL '${DAYS} days')`);
  await client.query(SEED);
  await client.query('ANALYZE "AuditEvent"');
  const took: number[] = [];
  for (let first = 1; first <= EVENTS; first += BATCH) {
    const begun = performance.now();
    await client.query(`SELECT toolgate_roll_up_policies('o', $1, $2)`, [first, first + BATCH - 1]);
    took.push(performance.now() - begun);
  }
  return median(took);
}

const SEED = `
  INSERT INTO "AuditEvent" ("organizationId", seq, at, id, kind, decision, code, method, tool, rule, "policyId", "policyVersion", detail, "prevHash", hash)
  SELECT 'o', n, now() - (${EVENTS} - n) * INTERVAL '${DAYS * 86_400} seconds' / ${EVENTS}, n::TEXT, 'call',
    CASE WHEN n % 5 = 0 THEN 'denied' ELSE 'allowed' END, 'x', 'tools/call', 'tool_' || n % 50,
    CASE WHEN n % 5 = 0 THEN '/tools/tool_' || n % 50 || '/deny_if/' || n % 4 END, 'p', 1 + n % 3,
    jsonb_build_object('trace', '[]'::JSONB, 'requestBytes', 200, 'argumentKeys', '["prompt","size"]'::JSONB,
      'argumentsHmac', repeat('ab', 32), 'ip', '127.0.0.1', 'policy', 'p') ||
      CASE WHEN n % 7 = 0 THEN '{"shadow":{"effect":"deny","code":"denied","rule":"/hide/0","version":4}}'::JSONB ELSE '{}' END,
    repeat('0', 64), repeat('0', 64)
  FROM generate_series(1, ${EVENTS}) n`;

const FROM_EVENTS = `
  SELECT e."policyVersion", e.tool, e.rule, e.detail->'shadow'->>'rule', e.decision IN ('allowed', 'approved'), count(*), max(e.at)
  FROM "AuditEvent" e
  WHERE e."organizationId" = 'o' AND e.kind = 'call' AND e."policyId" = 'p' AND e.at >= now() - INTERVAL '${DAYS} days'
  GROUP BY 1, 2, 3, 4, 5`;
