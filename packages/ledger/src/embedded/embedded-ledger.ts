/** The ledger of one gateway process without Redis: counters in process, records committed to PostgreSQL in groups. */
import type pg from 'pg';
import { endWithRefunds, givenBack } from '../given-back.ts';
import { type BatchAnswer, GroupCommit } from '../group-commit.ts';
import { abandoned, endJson, eventJson, intentJson } from '../intent.ts';
import type { AdmitRequest, AdmitResult, EpochResult, Ledger, RecordResult, SettleRequest } from '../ledger.ts';
import { limitedFacts, shadowFact } from '../limited-facts.ts';
import { Settlements } from '../settlements.ts';
import { ANSWER_MS } from '../within.ts';
import { Counters, type Taken } from './counters.ts';
import { Leases } from './leases.ts';

export interface EmbeddedLedgerOptions {
  /** Of the role toolgate_app. */
  pool: pg.Pool;
  /** The id of this process's GatewayProcess row. */
  gatewayId: string;
  /** How long a caller waits for a PostgreSQL that does not answer. */
  answerMs?: number | undefined;
}

/** One process at a time: call `claimEmbeddedLedger` before it. Admitted means committed to disk. */
export function createEmbeddedLedger({ pool, gatewayId, answerMs = ANSWER_MS }: EmbeddedLedgerOptions): Ledger {
  const state: State = {
    counters: new Counters(pool, nowMicros),
    shadowCounters: new Counters(pool, nowMicros),
    leases: new Leases(nowMicros),
    shadowLeases: new Leases(nowMicros),
  };
  const { counters } = state;
  const commits = new GroupCommit(pool, answerMs);
  const settlements = new Settlements();
  /** What running calls have taken. */
  const running = new Map<string, Held>();

  /** Tells an end; while PostgreSQL is away it waits and is told later. */
  async function tellEnd(organizationId: string, record: string): Promise<void> {
    const attempt = async () => (await commits.add({ organizationId, epoch: null, record })).ok;
    if (!(await attempt())) settlements.add(attempt);
  }

  return {
    kind: 'embedded',
    async admit(request): Promise<AdmitResult> {
      const { organizationId, epoch, charges, callId } = request;
      const startedAt = performance.now();
      const failed = await loaded(counters.load(organizationId, charges), answerMs);
      if (failed) return { kind: 'unavailable', reason: failed };
      const took = take(state, request);
      const record = recordOf(took, request, gatewayId);
      const answer = await commits.add({ organizationId, epoch, record }, performance.now() - startedAt);
      const judged = judge(answer);
      if (took.kind === 'full') return judged.kind === 'current' ? took.result : judged;
      if (judged.kind === 'current') {
        if (took.held) running.set(callId, took.held);
        return { kind: 'admitted', shadowFull: took.shadowFull, uncounted: false };
      }
      if (!answer.ok && answer.sent) {
        // Whether it was recorded is not known: the charges stay, and an end is told so that it does not stay open.
        settlements.add(
          async () => (await commits.add({ organizationId, epoch: null, record: endJson(organizationId, callId, abandoned()) })).ok,
        );
      } else if (took.held) giveBack(state, took.held);
      free(state, request);
      return judged;
    },
    async record(facts, epoch): Promise<RecordResult> {
      const judged = judge(await commits.add({ organizationId: facts.organizationId, epoch, record: eventJson(facts) }));
      return judged.kind === 'current' ? { kind: 'recorded' } : judged;
    },
    async checkEpoch(organizationId, epoch) {
      return judge(await commits.add({ organizationId, epoch, record: null }));
    },
    async settle(call) {
      const { organizationId, callId, charges, end, refund } = call;
      const held = running.get(callId);
      running.delete(callId);
      free(state, call);
      const given = givenBack(call);
      if (held) counters.giveBack(given.flatMap((index) => held.taken[index] ?? []));
      if (held && refund) state.shadowCounters.giveBack(held.shadow);
      await tellEnd(organizationId, endJson(organizationId, callId, endWithRefunds(end, charges, given)));
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
      state.shadowCounters.close();
      await commits.drained();
    },
  };
}

interface State {
  counters: Counters;
  shadowCounters: Counters;
  leases: Leases;
  shadowLeases: Leases;
}

interface Held {
  /** By index of the charge. */
  taken: Taken;
  shadow: Taken;
}

type Limited = Extract<AdmitResult, { kind: 'limited' }>;
type Took = { kind: 'taken'; held: Held | null; shadowFull: number | null } | { kind: 'full'; result: Limited };

/** Everything or nothing, in one turn: nobody else comes between looking and taking. */
function take({ counters, shadowCounters, leases, shadowLeases }: State, request: AdmitRequest): Took {
  const { organizationId, callId, charges, leases: wanted = [], shadow = [], shadowLeases: wantedShadow = [] } = request;
  const looked = counters.look(organizationId, charges);
  if (!looked.ok) return { kind: 'full', result: limited('charge', looked.index, looked.remainingMicros, looked.freeAt, request) };
  const full = leases.full(organizationId, wanted);
  if (full) return { kind: 'full', result: limited('lease', full.index, 0, full.freeAt, request) };
  const taken = looked.take();
  leases.take(organizationId, wanted, callId);
  shadowCounters.open(organizationId, shadow);
  const inShadow = shadowCounters.look(organizationId, shadow);
  const fullShadow = shadowLeases.full(organizationId, wantedShadow);
  const shadowFull = !inShadow.ok ? inShadow.index : fullShadow ? shadow.length + fullShadow.index : null;
  if (shadowFull === null) shadowLeases.take(organizationId, wantedShadow, callId);
  const held = { taken, shadow: inShadow.ok && shadowFull === null ? inShadow.take() : [] };
  return { kind: 'taken', held: charges.length + shadow.length > 0 ? held : null, shadowFull };
}

function giveBack({ counters, shadowCounters }: State, { taken, shadow }: Held): void {
  counters.giveBack(taken);
  shadowCounters.giveBack(shadow);
}

function free({ leases, shadowLeases }: State, call: Pick<SettleRequest, 'organizationId' | 'callId' | 'leases' | 'shadowLeases'>): void {
  leases.free(call.organizationId, call.leases ?? [], call.callId);
  shadowLeases.free(call.organizationId, call.shadowLeases ?? [], call.callId);
}

/** The intent of a call that passes, the refusal of one that does not; null: the epoch is only compared. */
function recordOf(took: Took, request: AdmitRequest, gatewayId: string): string | null {
  const { facts, shadow = [], shadowLeases = [], charges, leases = [] } = request;
  if (took.kind === 'full') {
    const { refusal } = (took.result.of === 'charge' ? charges : leases)[took.result.index] ?? {};
    return refusal ? eventJson(limitedFacts(facts, refusal, took.result)) : null;
  }
  const refusal = took.shadowFull === null ? undefined : [...shadow, ...shadowLeases][took.shadowFull]?.refusal;
  if (!refusal || facts.detail.shadow) return intentJson(request, gatewayId);
  return intentJson({ ...request, facts: { ...facts, detail: { ...facts.detail, shadow: shadowFact(refusal) } } }, gatewayId);
}

/** A monotonic clock, µs. */
const nowMicros = (): number => performance.now() * 1000;

const wallClock = (micros: number): Date => new Date(Math.ceil(Date.now() + (micros - nowMicros()) / 1000));

function judge(answer: BatchAnswer): EpochResult {
  if (!answer.ok) return { kind: 'unavailable', reason: answer.reason };
  return answer.passed ? { kind: 'current' } : { kind: 'stale', epoch: answer.epoch };
}

function limited(
  of: Limited['of'],
  index: number,
  remainingMicros: number,
  freeAt: number,
  { charges, leases = [] }: AdmitRequest,
): Limited {
  const retryAfterMs = Math.max(1, Math.ceil((freeAt - nowMicros()) / 1000));
  const recorded = (of === 'charge' ? charges : leases)[index]?.refusal !== undefined;
  return { kind: 'limited', of, index, remainingMicros, retryAfterMs, resetAt: wallClock(freeAt), recorded };
}

/** Null when the counters are here, else why not. They are read from PostgreSQL, which may be away or hang. */
function loaded(loading: Promise<void>, answerMs: number): Promise<string | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('The counters could not be read in time.'), answerMs);
    loading
      .then(
        () => resolve(null),
        (error: Error) => resolve(`The counters could not be read: ${error.message}`),
      )
      .finally(() => clearTimeout(timer));
  });
}
