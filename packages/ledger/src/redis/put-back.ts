/** Puts counters back that Redis lost, from what was recorded of them. */
import { randomUUID } from 'node:crypto';
import { auditFacts } from '@toolgate/audit/event';
import { setOrganization } from '@toolgate/db/database';
import type pg from 'pg';
import { eventJson } from '../intent.ts';
import { recordedCharges } from '../recorded-charges.ts';
import { recordedLeases } from '../recorded-leases.ts';
import { mayBeLost, publish } from './epoch.ts';
import type { RedisScripts } from './redis-scripts.ts';
import { RESTORE, RESTORE_LEASE } from './scripts.ts';
import { counterKey, epochKey, leaseKey } from './shard.ts';

/** "An organization's counters are being put back"; the second number is the organization's hash. */
const LOCK_CLASS = 1953787;

export class PuttingBack {
  readonly #redis: RedisScripts;
  readonly #pool: pg.Pool;
  readonly #running = new Map<string, Promise<void>>();

  constructor(redis: RedisScripts, pool: pg.Pool) {
    this.#redis = redis;
    this.#pool = pool;
  }

  /** Tells the epoch; where Redis knows nothing of the organization, puts back first. Once for all calls that wait for it. */
  async publish(organizationId: string, epoch: number): Promise<void> {
    if (!mayBeLost(await this.#redis.get(epochKey(organizationId)))) return publish(this.#redis, organizationId, epoch, '');
    const running = this.#running.get(organizationId);
    if (running) return running.then(() => publish(this.#redis, organizationId, epoch, ''));
    const started = putBack(this.#redis, this.#pool, organizationId, epoch).finally(() => this.#running.delete(organizationId));
    this.#running.set(organizationId, started);
    return started;
  }
}

/**
 * Then publishes the epoch. One gateway at a time for an organization. An organization that never had a call has lost nothing. Of
 * another one, charges that were in Redis only are gone: until a whole window has passed since, what they could be is unknown, so
 * that its limits refuse.
 */
async function putBack(redis: RedisScripts, pool: pg.Pool, organizationId: string, epoch: number): Promise<void> {
  const client = await pool.connect();
  let healthy = false;
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [LOCK_CLASS, organizationId]);
    await setOrganization(client, organizationId);
    if (mayBeLost(await redis.get(epochKey(organizationId)))) {
      const opened = await client.query('UPDATE "Organization" SET "countedSince" = now() WHERE id = $1 AND "countedSince" IS NULL', [
        organizationId,
      ]);
      const isNew = opened.rowCount === 1;
      await putBackRecorded(redis, client, organizationId);
      if (!isNew) await recordLoss(client, organizationId);
      await publish(redis, organizationId, epoch, isNew ? 'right' : 'lost');
    } else await publish(redis, organizationId, epoch, '');
    await client.query('COMMIT');
    healthy = true;
  } finally {
    client.release(!healthy);
  }
}

/** Whoever reads the log must know where it may have a gap. */
async function recordLoss(client: pg.PoolClient, organizationId: string): Promise<void> {
  const facts = auditFacts({
    id: randomUUID(),
    organizationId,
    at: new Date().toISOString(),
    kind: 'change',
    actor: 'gateway',
    action: 'ledger.lost',
    message:
      'Redis had lost its data. Calls that it had recorded and the worker had not drained are missing here; until a window has passed since, its limits refuse.',
    detail: { target: { kind: 'organization', id: organizationId, name: 'ledger' } },
  });
  await client.query('INSERT INTO "AuditRecord" ("organizationId", record) VALUES ($1, $2)', [organizationId, eventJson(facts)]);
}

async function putBackRecorded(redis: RedisScripts, client: pg.PoolClient, organizationId: string): Promise<void> {
  const run = async (...[script, keys, args]: Parameters<RedisScripts['run']>) => {
    const answer = await redis.run(script, keys, args);
    if (!answer.ok) throw new Error(answer.reason);
  };
  const epoch = epochKey(organizationId);
  for (const { key, windowMs, parts } of await recordedCharges(client, organizationId, null)) {
    await run(RESTORE, [epoch, counterKey(organizationId, { key, windowMs })], () => [
      windowMs * 1000,
      ...parts.flatMap((part) => [part.ageMicros, part.amountMicros, `restored${part.name}`]),
    ]);
  }
  for (const { key, holders } of await recordedLeases(client, organizationId))
    await run(RESTORE_LEASE, [epoch, leaseKey(organizationId, { key })], () =>
      holders.flatMap(({ leftMicros, callId }) => [leftMicros, callId]),
    );
}
