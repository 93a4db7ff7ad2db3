import type { AuditFacts } from '@toolgate/audit/event';
import pg from 'pg';
import { appendBatch } from './append-batch.ts';
import { Random } from './random.ts';
import { seedEvent } from './seed-event.ts';
import { momentsOf } from './traffic.ts';
import { readWorld } from './world.ts';

export interface Seeding {
  /** Of the owner of the tables. */
  databaseUrl: string;
  /** Its slug. */
  organization: string;
  events: number;
  /** Over so many days before now. Default 30. */
  days?: number;
  onProgress?(written: number): void;
}

/** A sentence for the person at the terminal. */
export class SeedError extends Error {}

const BATCH = 20_000;

/** Appends realistic events to an organization's log. Rejects (SeedError) when there is no such organization. */
export async function seedEvents({ databaseUrl, organization, events, days = 30, onProgress }: Seeding): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>('SELECT id FROM "Organization" WHERE slug = $1', [organization]);
    const [found] = rows;
    if (!found)
      throw new SeedError(
        `There is no organization “${organization}”: sign up in the dashboard, or make it with npm run toolgate -- apply.`,
      );
    const now = Date.now();
    for (let month = 0; month <= days; month += 28)
      await client.query('SELECT toolgate_make_audit_partitions($1)', [new Date(now - Math.min(days, month + 28) * 86_400_000)]);
    const world = { ...(await readWorld(client, found.id)), until: now };
    const random = new Random(events);
    let written = 0;
    let batch: AuditFacts[] = [];
    const flush = async () => {
      await appendBatch(client, found.id, batch);
      written += batch.length;
      batch = [];
      onProgress?.(written);
    };
    for (const at of momentsOf(events, days, now)) {
      batch.push(seedEvent(world, random, at));
      if (batch.length === BATCH) await flush();
    }
    if (batch.length > 0) await flush();
    await client.query('ANALYZE "AuditEvent", "AuditRollUp", "AuditSpan"');
  } finally {
    await client.end();
  }
}
