/**
 * A batch of records, worked out up to what has to be written: complete facts become events, intents wait for their ends, ends complete
 * them. While one batch is stored, the next is prepared as if that one were there already.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { AuditFacts, CallEnd } from '@toolgate/audit/event';
import type { Signer } from '@toolgate/services/audit/checkpoint-key';
import type pg from 'pg';
import { type ChainedEvents, EventChaining } from './event-chaining.ts';
import type { PendingRecord } from './pending-record.ts';
import { type SealedCapture, storeCaptures, takeCaptures } from './store-captures.ts';
import { StaleBatch, storeEvents } from './store-events.ts';
import { type CallKey, deleteIntents, type Intent, insertIntents, keyOf, type OpenedIntent, readIntents } from './waiting-intents.ts';

export interface PreparedBatch extends ChainedEvents {
  captures: SealedCapture[];
  /** Waiting intents that end here: all of them must still be there when it is stored. */
  ended: Map<string, CallKey>;
  /** Intents that wait on. */
  opened: Map<string, OpenedIntent>;
}

/**
 * Records are taken in the order given, and written to. Nothing is locked: what changes until the batch is stored makes it stale.
 * @param pieces a hundred records each or so: what is made of one is done with before the next is asked for
 * @param previous the batch that is stored before this one; null: what counts is in the database
 */
export async function prepareBatch(
  db: Pick<pg.Pool | pg.ClientBase, 'query'>,
  pieces: Iterable<readonly PendingRecord[]>,
  { previous, signer }: { previous: PreparedBatch | null; signer: Signer | null },
): Promise<PreparedBatch> {
  const chaining = new EventChaining(db, { known: previous?.after, signer });
  const calls = { opened: new Map<string, OpenedIntent>(), ended: new Map<string, CallKey>() };
  const captures: SealedCapture[] = [];
  for (const records of pieces) {
    const waiting = await waitingIntents(db, records, { previous, ...calls });
    await chaining.add(takeCaptures(eventsOf(records, { waiting, ...calls }), captures));
    await turn(); // the batch before this one goes on
  }
  const { before, after, lines, checkpoints } = chaining;
  return { before, after, lines, checkpoints, captures, ...calls };
}

type Calls = Pick<PreparedBatch, 'opened' | 'ended'>;

function eventsOf(records: readonly PendingRecord[], { waiting, opened, ended }: Calls & { waiting: Map<string, Intent> }): AuditFacts[] {
  const events: AuditFacts[] = [];
  for (const { record, at } of records) {
    switch (record.type) {
      case 'event':
        events.push(record.facts);
        break;
      case 'intent': {
        const { organizationId } = record.facts;
        record.facts.detail.admittedAt = at.toISOString();
        opened.set(keyOf({ organizationId, callId: record.callId }), { intent: record, at: record.facts.detail.admittedAt });
        break;
      }
      case 'end': {
        const { organizationId, callId, end } = record;
        const key = keyOf(record);
        const open = opened.get(key);
        const intent = open?.intent ?? waiting.get(key);
        // None: the call has become `unknown` already, or its intent was never recorded.
        if (!intent) break;
        if (open) opened.delete(key);
        else ended.set(key, { organizationId, callId });
        waiting.delete(key);
        events.push(complete(intent.facts, end));
        break;
      }
    }
  }
  return events;
}

/** Within the caller's transaction, which must hold the drain's lock. Rejects (StaleBatch) when something else was drained in between. */
export async function storeBatch(client: pg.ClientBase, batch: PreparedBatch): Promise<void> {
  const found = await deleteIntents(client, [...batch.ended.values()]);
  if (found !== batch.ended.size) throw new StaleBatch('A call that ends here has been ended by somebody else.');
  await insertIntents(client, [...batch.opened.values()]);
  await storeCaptures(client, batch.captures);
  await storeEvents(client, batch);
}

/** Makes the facts of an intent those of a call that has ended. */
export function complete(facts: AuditFacts, end: CallEnd): AuditFacts {
  const { outcome, code, message, latencyMs, ...detail } = end;
  Object.assign(facts.detail, detail);
  return Object.assign(facts, { outcome, code: code ?? facts.code, message: message ?? facts.message, latencyMs });
}

/** Of one that is still to be written as it is: completing it leaves the original alone. */
const copyOf = (intent: Intent): Intent => ({ ...intent, facts: { ...intent.facts, detail: { ...intent.facts.detail } } });

/** Of the calls that end among these records: their intents, where these lie before them and their ends do not. */
async function waitingIntents(
  db: Pick<pg.Pool | pg.ClientBase, 'query'>,
  records: readonly PendingRecord[],
  { previous, opened, ended }: Calls & { previous: PreparedBatch | null },
): Promise<Map<string, Intent>> {
  const waiting = new Map<string, Intent>();
  const here = new Set<string>();
  const unknown: CallKey[] = [];
  for (const { record } of records) {
    if (record.type === 'intent') here.add(keyOf({ organizationId: record.facts.organizationId, callId: record.callId }));
    if (record.type !== 'end') continue;
    const key = keyOf(record);
    if (here.has(key) || opened.has(key) || ended.has(key)) continue;
    const before = previous?.opened.get(key);
    if (before) waiting.set(key, copyOf(before.intent));
    // What the previous batch ended is still there until it is stored.
    else if (!previous?.ended.has(key)) unknown.push(record);
  }
  for (const [key, intent] of await readIntents(db, unknown)) waiting.set(key, intent);
  return waiting;
}
