/** Calls whose gateway is gone become `unknown`: never dropped, never repeated. */
import type { CallEnd } from '@toolgate/audit/event';
import type { Signer } from '@toolgate/services/audit/checkpoint-key';
import type pg from 'pg';
import { EventChaining } from './event-chaining.ts';
import { inDrainTransaction } from './in-drain-transaction.ts';
import { complete } from './prepared-batch.ts';
import { type SealedCapture, storeCaptures, takeCaptures } from './store-captures.ts';
import { storeEvents } from './store-events.ts';
import { deleteIntents, type Intent } from './waiting-intents.ts';

const MOST = 1000;

const GONE: CallEnd = {
  outcome: 'unknown',
  code: 'gateway_gone',
  message: 'The gateway stopped before it could say how the call ended; the call may have been carried out.',
  latencyMs: null,
};

/**
 * Ends the intents of gateways that have not been seen for `goneAfterMs`; a late end of such a call is then ignored.
 * To be called only while the drain is up to date: an end that still waits would come too late. Gives how many it ended.
 */
export async function sweepUnknown(pool: pg.Pool, goneAfterMs: number, signer: Signer | null = null): Promise<number> {
  if ((await findGone(pool, goneAfterMs)).length === 0) return 0; // the usual case takes no lock
  return inDrainTransaction(pool, async (client) => {
    const gone = await findGone(client, goneAfterMs);
    await deleteIntents(client, gone);
    const captures: SealedCapture[] = [];
    const chaining = new EventChaining(client, { signer });
    await chaining.add(
      takeCaptures(
        gone.map(({ record }) => complete(record.facts, GONE)),
        captures,
      ),
    );
    await storeCaptures(client, captures);
    await storeEvents(client, chaining);
    return gone.length;
  });
}

async function findGone(client: Pick<pg.Pool, 'query'>, goneAfterMs: number) {
  const { rows } = await client.query<{ organizationId: string; callId: string; record: Intent }>(
    `SELECT i."organizationId", i."callId", i.record FROM "AuditIntent" i LEFT JOIN "GatewayProcess" g ON g.id = i."gatewayId"
     WHERE COALESCE(g."seenAt", i.at) < now() - make_interval(secs => $1::float8 / 1000) ORDER BY i.at LIMIT $2`,
    [goneAfterMs, MOST],
  );
  return rows;
}
