/** The ledger of one gateway process without Redis: counters in process, records committed to PostgreSQL in groups. */
import type pg from 'pg';
import { abandoned, endJson, eventJson, intentJson } from '../intent.ts';
import type { AdmitResult, EpochResult, Ledger, RecordResult } from '../ledger.ts';
import { Settlements } from '../settlements.ts';
import { Counters, type Taken } from './counters.ts';
import { type BatchAnswer, GroupCommit } from './group-commit.ts';

export interface EmbeddedLedgerOptions {
  /** Of the role toolgate_app. */
  pool: pg.Pool;
  /** The id of this process's GatewayProcess row. */
  gatewayId: string;
}

/** One process at a time: call `claimEmbeddedLedger` before it. Admitted means committed to disk. */
export function createEmbeddedLedger({ pool, gatewayId }: EmbeddedLedgerOptions): Ledger {
  const counters = new Counters(pool, nowMicros);
  const commits = new GroupCommit(pool);
  const settlements = new Settlements();
  /** What running calls have taken. */
  const taken = new Map<string, Taken>();

  /** Tells an end; while PostgreSQL is away it waits and is told later. */
  async function tellEnd(organizationId: string, record: string): Promise<void> {
    const attempt = async () => (await commits.add({ organizationId, epoch: null, record })).ok;
    if (!(await attempt())) settlements.add(attempt);
  }

  return {
    kind: 'embedded',
    async admit(request): Promise<AdmitResult> {
      const { organizationId, epoch, charges, callId } = request;
      const failed = await loaded(counters.load(organizationId, charges));
      if (failed) return { kind: 'unavailable', reason: failed };
      const charged = counters.charge(organizationId, charges);
      const record = charged.ok ? intentJson(request, gatewayId) : null;
      const answer = await commits.add({ organizationId, epoch, record });
      const judged = judge(answer);
      if (!charged.ok) return judged.kind === 'current' ? limited(charged) : judged;
      if (judged.kind === 'current') {
        if (charges.length > 0) taken.set(callId, charged.taken);
        return { kind: 'admitted' };
      }
      if (!answer.ok && answer.sent) {
        // Whether it was recorded is not known: the charges stay, and an end is told so that it does not stay open.
        const end = { ...abandoned(), refunded: false };
        settlements.add(async () => (await commits.add({ organizationId, epoch: null, record: endJson(organizationId, callId, end) })).ok);
      } else {
        counters.giveBack(charged.taken);
      }
      return judged;
    },
    async record(facts, epoch): Promise<RecordResult> {
      const judged = judge(await commits.add({ organizationId: facts.organizationId, epoch, record: eventJson(facts) }));
      return judged.kind === 'current' ? { kind: 'recorded' } : judged;
    },
    async checkEpoch(organizationId, epoch) {
      return judge(await commits.add({ organizationId, epoch, record: null }));
    },
    async settle({ organizationId, callId, end, refund }) {
      const held = taken.get(callId);
      taken.delete(callId);
      if (refund && held) counters.giveBack(held);
      await tellEnd(organizationId, endJson(organizationId, callId, refund ? { ...end, refunded: true } : end));
    },
    async read(organizationId, charges) {
      await counters.load(organizationId, charges);
      return charges.map((charge) => {
        const { usedMicros, nextFreeAt } = counters.read(organizationId, charge);
        return { usedMicros, nextFreeAt: nextFreeAt === null ? null : wallClock(nextFreeAt) };
      });
    },
    publishEpoch: async () => {}, // the Organization row is what admit compares with
    async ping() {
      const answer = await commits.add({ organizationId: '', epoch: null, record: null });
      if (!answer.ok) throw new Error(answer.reason);
    },
    async close() {
      await settlements.flush();
      settlements.close();
      counters.close();
      await commits.drained();
    },
  };
}

/** A monotonic clock, µs. */
const nowMicros = (): number => performance.now() * 1000;

const wallClock = (micros: number): Date => new Date(Math.ceil(Date.now() + (micros - nowMicros()) / 1000));

function judge(answer: BatchAnswer): EpochResult {
  if (!answer.ok) return { kind: 'unavailable', reason: answer.reason };
  return answer.passed ? { kind: 'current' } : { kind: 'stale', epoch: answer.epoch };
}

function limited({ index, remainingMicros, freeAt }: { index: number; remainingMicros: number; freeAt: number }): AdmitResult {
  const retryAfterMs = Math.max(1, Math.ceil((freeAt - nowMicros()) / 1000));
  return { kind: 'limited', index, remainingMicros, retryAfterMs, resetAt: wallClock(freeAt) };
}

/** Null when the counters are here, else why not. They are read from PostgreSQL, which may be away or hang. */
function loaded(loading: Promise<void>): Promise<string | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('The counters could not be read in time.'), 750);
    loading
      .then(
        () => resolve(null),
        (error: Error) => resolve(`The counters could not be read: ${error.message}`),
      )
      .finally(() => clearTimeout(timer));
  });
}
