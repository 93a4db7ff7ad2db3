/** After the load: every answer has one event in what the worker would drain, with its end, and there is no other. */
import { createDatabase } from '@toolgate/db/database';
import { auditStream, shardOf } from '@toolgate/ledger/redis/shard';
import { Redis } from 'ioredis';
import type { BenchGateway } from './world.ts';

export interface Reconciled {
  intents: number;
  ends: number;
  others: number;
  /** Calls with two intents, or without an end. */
  wrong: number;
}

export async function reconcile(gateway: BenchGateway, redisUrl: string | undefined): Promise<Reconciled> {
  const organizations = Object.values(gateway.tenants).map(({ organizationId }) => organizationId);
  const records = gateway.ledger === 'redis' ? await fromStreams(redisUrl ?? '', organizations) : await fromTable(gateway, organizations);
  const [intents, ends] = [new Map<string, number>(), new Set<string>()];
  let others = 0;
  for (const { type, callId } of records) {
    if (type === 'intent') intents.set(callId, (intents.get(callId) ?? 0) + 1);
    else if (type === 'end') ends.add(callId);
    else others++;
  }
  const wrong = [...intents].filter(([callId, count]) => count !== 1 || !ends.has(callId)).length;
  return { intents: intents.size, ends: ends.size, others, wrong };
}

interface Recorded {
  type: string;
  callId: string;
}

async function fromStreams(url: string, organizations: string[]): Promise<Recorded[]> {
  const redis = new Redis(url);
  const records: Recorded[] = [];
  for (const shard of new Set(organizations.map(shardOf))) {
    for (let from = '-', more = true; more; ) {
      const entries = await redis.xrange(auditStream(shard), from, '+', 'COUNT', 5000);
      for (const [, fields] of entries) records.push(JSON.parse(fields[1] as string) as Recorded);
      more = entries.length === 5000;
      from = `(${entries.at(-1)?.[0]}`;
    }
  }
  redis.disconnect();
  return records;
}

async function fromTable({ databaseUrl }: BenchGateway, organizations: string[]): Promise<Recorded[]> {
  const db = createDatabase(databaseUrl, { max: 1 });
  const { rows } = await db.pool.query<Recorded>(
    `SELECT record->>'type' AS type, record->>'callId' AS "callId" FROM "AuditRecord" WHERE "organizationId" = ANY($1)`,
    [organizations],
  );
  await db.close();
  return rows;
}
