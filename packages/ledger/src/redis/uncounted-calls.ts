/** Calls that pass although Redis is away: their epoch is compared with PostgreSQL's own, and their intents are committed there. */
import type pg from 'pg';
import { GroupCommit } from '../group-commit.ts';
import { abandoned, endJson, uncountedIntentJson } from '../intent.ts';
import type { AdmitRequest, AdmitResult, SettleRequest } from '../ledger.ts';
import type { Settlements } from '../settlements.ts';

/** One limit that does not allow it is enough to refuse, and so is a call that has none: nothing says that it may pass. */
export function allowsWithoutLedger({ charges, leases = [] }: AdmitRequest): boolean {
  return charges.length + leases.length > 0 && [...charges, ...leases].every(({ onUnavailable }) => onUnavailable === 'allow');
}

export class UncountedCalls {
  readonly #commits: GroupCommit;
  readonly #gatewayId: string;
  readonly #settlements: Settlements;
  readonly #running = new Set<string>();

  constructor(pool: pg.Pool, gatewayId: string, settlements: Settlements, answerMs?: number) {
    this.#commits = new GroupCommit(pool, answerMs);
    this.#gatewayId = gatewayId;
    this.#settlements = settlements;
  }

  async admit(request: AdmitRequest): Promise<AdmitResult> {
    const { organizationId, callId, epoch } = request;
    const answer = await this.#commits.add({ organizationId, epoch, record: uncountedIntentJson(request, this.#gatewayId) });
    if (!answer.ok) {
      // Whether it was recorded is not known: an end is told so that it does not stay open.
      if (answer.sent) this.#end({ organizationId, callId, charges: [], end: abandoned(), refund: false });
      return { kind: 'unavailable', reason: answer.reason };
    }
    if (!answer.passed) return { kind: 'stale', epoch: answer.epoch };
    this.#running.add(callId);
    return { kind: 'admitted', shadowFull: null, uncounted: true };
  }

  /** False when the call was admitted by Redis. The end goes where the intent is, so that it cannot overtake it. */
  async settle(call: SettleRequest): Promise<boolean> {
    if (!this.#running.delete(call.callId)) return false;
    const attempt = this.#attempt(call);
    if (!(await attempt())) this.#settlements.add(attempt);
    return true;
  }

  close(): Promise<void> {
    return this.#commits.drained();
  }

  #end(call: SettleRequest): void {
    this.#settlements.add(this.#attempt(call));
  }

  #attempt({ organizationId, callId, end }: SettleRequest): () => Promise<boolean> {
    return async () => (await this.#commits.add({ organizationId, epoch: null, record: endJson(organizationId, callId, end) })).ok;
  }
}
