/** Gives events their place in their organization's hash chain, and signs where the chain stands: all that can be done without a lock. */
import { hash as digest } from 'node:crypto';
import { canonicalJson } from '@toolgate/audit/canonical-json';
import { canonical, chainHash, GENESIS } from '@toolgate/audit/chain';
import type { Checkpoint } from '@toolgate/audit/checkpoint';
import { copyLine } from '@toolgate/audit/copy-line';
import type { AuditFacts } from '@toolgate/audit/event';
import type { Signer } from '@toolgate/services/audit/checkpoint-key';
import type pg from 'pg';

/** Where a chain stands. */
export interface Head {
  seq: number;
  hash: string;
  signedSeq: number;
}

/** By organization. */
export type Heads = ReadonlyMap<string, Readonly<Head>>;

export interface ChainedEvents {
  /** Where the chains concerned must still stand when the events are stored. */
  before: Heads;
  after: Heads;
  /** Pieces of COPY, in the order of the events. */
  lines: Buffer[];
  checkpoints: Checkpoint[];
}

/** A checkpoint at least every so many events. */
const SIGN_EVERY = 1000;
/** Who exports waits for the signature. */
const SIGNED_AT_ONCE: ReadonlySet<string | null> = new Set(['audit.export_end', 'audit.retention']);

type Queryable = Pick<pg.Pool | pg.ClientBase, 'query'>;

export class EventChaining implements ChainedEvents {
  readonly before = new Map<string, Head>();
  readonly after = new Map<string, Head>();
  readonly lines: Buffer[] = [];
  readonly checkpoints: Checkpoint[] = [];
  readonly #db: Queryable;
  readonly #known: Heads;
  readonly #signer: Signer | null;

  /**
   * @param known heads that are not in the database yet; the others are read from it
   * @param signer null: no checkpoints are signed
   */
  constructor(db: Queryable, { known = new Map(), signer }: { known?: Heads | undefined; signer: Signer | null }) {
    this.#db = db;
    this.#known = known;
    this.#signer = signer;
  }

  /** Chains events in the order given. The facts are written to: they must be the caller's own. */
  async add(facts: readonly AuditFacts[]): Promise<void> {
    if (facts.length === 0) return;
    await this.#readHeads(facts);
    let text = '';
    for (const one of facts) {
      const head = this.after.get(one.organizationId) as Head;
      text += chainedLine(one, head);
      if (!this.#signer || (head.seq - head.signedSeq < SIGN_EVERY && !SIGNED_AT_ONCE.has(one.action))) continue;
      const { organizationId } = one;
      this.checkpoints.push(this.#signer.sign({ organizationId, seq: head.seq, hash: head.hash, at: new Date().toISOString() }));
      head.signedSeq = head.seq;
    }
    this.lines.push(Buffer.from(text));
  }

  async #readHeads(facts: readonly AuditFacts[]): Promise<void> {
    const unknown = new Set<string>();
    for (const { organizationId } of facts) {
      if (this.after.has(organizationId)) continue;
      const head = this.#known.get(organizationId);
      if (head) this.#begin(organizationId, head);
      else unknown.add(organizationId);
    }
    if (unknown.size === 0) return;
    const stored = storedHeads(await this.#db.query<StoredHead>(HEADS, [[...unknown]]));
    for (const id of unknown) this.#begin(id, stored.get(id) ?? { seq: 0, hash: GENESIS, signedSeq: 0 });
  }

  #begin(organizationId: string, head: Readonly<Head>): void {
    this.before.set(organizationId, { ...head });
    this.after.set(organizationId, { ...head });
  }
}

/** Moves the head on. The facts become the event: a copy of each would cost as much as its hash. */
function chainedLine(facts: AuditFacts, head: Head): string {
  const event = Object.assign(facts, { seq: head.seq + 1, prevHash: head.hash, hash: '' });
  const detail = canonicalJson(event.detail);
  event.hash = chainHash(event.prevHash, canonical(event, detail), sha256);
  head.seq = event.seq;
  head.hash = event.hash;
  return copyLine(event, detail);
}

const sha256 = (text: string): string => digest('sha256', text, 'hex');

export interface StoredHead {
  organizationId: string;
  seq: string;
  hash: string;
  signedSeq: string;
}

export const HEADS = 'SELECT "organizationId", seq, hash, "signedSeq" FROM "AuditChain" WHERE "organizationId" = ANY($1)';

export const storedHeads = ({ rows }: { rows: StoredHead[] }): Map<string, Head> =>
  new Map(
    rows.map(({ organizationId, seq, hash, signedSeq }) => [organizationId, { seq: Number(seq), hash, signedSeq: Number(signedSeq) }]),
  );
