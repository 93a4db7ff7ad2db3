/** What the worker has made of the calls: the audit tables, read as their owner. */
import { createSecretKey } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { argumentKey } from '@toolgate/services/secret/data-key';
import pg from 'pg';
import { argumentDigest } from '../../apps/gateway/src/audit/argument-digest.ts';
import type { Stack, Tenant } from './stack.ts';

/** Until nothing is left to drain and no intent waits for its end; how long that took, ms. */
export async function untilQuiet(stack: Stack): Promise<number> {
  const started = performance.now();
  for (; performance.now() - started < 90_000; await sleep(250)) {
    const { rows } = await ownerQuery(stack, 'SELECT (SELECT count(*) FROM "AuditIntent") + (SELECT count(*) FROM "AuditRecord") AS n');
    if (Number(rows[0]?.n) === 0 && (await streamLength(stack)) === 0) break;
  }
  return performance.now() - started;
}

function streamLength(stack: Stack): Promise<number> {
  return stack.redis.service.command(async (redis) => {
    const lengths = await Promise.all(Array.from({ length: 256 }, (_, shard) => redis.xlen(`{s${shard}}:audit`)));
    return lengths.reduce((sum, length) => sum + length, 0);
  });
}

/** As the owner: the audit tables of all organizations. */
export async function ownerQuery(stack: Stack, sql: string, values: unknown[] = []) {
  const client = new pg.Client({ connectionString: stack.postgres.service.url });
  await client.connect();
  try {
    return await client.query<Record<string, unknown>>(sql, values);
  } finally {
    await client.end();
  }
}

/** What stands for a call's arguments in the log: with arguments of its own for each call, it names the call. */
export async function argumentHmac({ services }: Stack, { organizationId }: Tenant): Promise<(args: Record<string, unknown>) => string> {
  const key = createSecretKey(await services.db.forOrganization(organizationId, (tx) => argumentKey(tx, services.keyRing, organizationId)));
  return (args) => argumentDigest(args, key).argumentsHmac as string;
}
