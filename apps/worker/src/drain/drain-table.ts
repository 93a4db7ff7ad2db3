/** Drains the AuditRecord table: changes of the control plane always, calls with the embedded ledger. */
import type { Signer } from '@toolgate/services/audit/checkpoint-key';
import type pg from 'pg';
import { inDrainTransaction, isDataError } from './in-drain-transaction.ts';
import { asUnreadable, type PendingRecord, readPending } from './pending-record.ts';
import { prepareBatch, storeBatch } from './prepared-batch.ts';
import { ReadAhead, type Step } from './read-ahead.ts';
import { StaleBatch } from './store-events.ts';

export interface TableDrainOptions {
  signer: Signer | null;
  /** Records of one transaction. */
  batch: number;
}

interface TableStep extends Step {
  ids: string[];
}

export class TableDrain {
  readonly #pool: pg.Pool;
  readonly #options: TableDrainOptions;
  readonly #ahead = new ReadAhead<TableStep>({ prepare: (previous) => this.#prepare(previous), store: (step) => this.#store(step) });

  constructor(pool: pg.Pool, options: TableDrainOptions) {
    this.#pool = pool;
    this.#options = options;
  }

  /** Takes one batch, oldest first, in the transaction that stores it. Gives how many records it took. */
  async drain(): Promise<number> {
    for (;;) {
      try {
        const step = await this.#ahead.step();
        return step?.ids.length ?? 0;
      } catch (error) {
        if (error instanceof StaleBatch) continue;
        if (!isDataError(error)) throw error;
        return this.#takeOneByOne();
      }
    }
  }

  /** All but what is being taken, so that one that was committed late, under a lower number, still comes before its end. */
  async #prepare(previous: TableStep | null): Promise<TableStep | null> {
    const { batch, signer } = this.#options;
    const rows = await readRows(this.#pool, batch, previous?.ids ?? []);
    if (rows.length === 0) return null;
    const prepared = await prepareBatch(this.#pool, piecesOf(rows), { previous: previous?.prepared ?? null, signer });
    return { ids: rows.map(({ id }) => id), prepared, more: rows.length === batch };
  }

  async #store({ ids, prepared }: TableStep): Promise<void> {
    await inDrainTransaction(this.#pool, async (client) => {
      const { rowCount } = await client.query('DELETE FROM "AuditRecord" WHERE id = ANY($1::bigint[])', [ids]);
      if (rowCount !== ids.length) throw new StaleBatch('Another worker has taken some of it.');
      await storeBatch(client, prepared);
    });
  }

  /** Something in the batch cannot be stored: it becomes an event that says so, and the others are stored as they are. */
  async #takeOneByOne(): Promise<number> {
    for (let taken = 0; ; taken++) {
      const one = await this.#takeOne(null).catch((error) => {
        if (!isDataError(error)) throw error;
        return this.#takeOne((error as Error).message);
      });
      if (one === 0 || taken >= this.#options.batch) return taken;
    }
  }

  /** The drain's lock is held: nobody else takes from the table. */
  #takeOne(fault: string | null): Promise<number> {
    return inDrainTransaction(this.#pool, async (client) => {
      const [row] = await readRows(client, 1, []);
      if (!row) return 0;
      const pending = pendingOf(row);
      const records = [fault === null ? pending : asUnreadable(pending, fault)];
      await client.query('DELETE FROM "AuditRecord" WHERE id = $1', [row.id]);
      await storeBatch(client, await prepareBatch(client, [records], { previous: null, signer: this.#options.signer }));
      return 1;
    });
  }
}

/** One batch, for who drains by hand. */
export const drainTable = (pool: pg.Pool, signer: Signer | null): Promise<number> => new TableDrain(pool, { signer, batch: 5000 }).drain();

interface Row {
  id: string;
  organizationId: string;
  record: unknown;
  ms: number;
}

async function readRows(db: Pick<pg.Pool | pg.ClientBase, 'query'>, most: number, except: string[]): Promise<Row[]> {
  const { rows } = await db.query<Row>(
    `SELECT id, "organizationId", record, (extract(epoch FROM at) * 1000)::float8 AS ms FROM "AuditRecord"
     WHERE id <> ALL($2::bigint[]) ORDER BY id LIMIT $1`,
    [most, except],
  );
  return rows;
}

/** So few that what is sent meanwhile goes on. */
const PIECE = 100;

function* piecesOf(rows: readonly Row[]): Generator<PendingRecord[]> {
  for (let from = 0; from < rows.length; from += PIECE) yield rows.slice(from, from + PIECE).map(pendingOf);
}

const pendingOf = ({ id, organizationId, record, ms }: Row): PendingRecord =>
  readPending(`AuditRecord ${id}`, new Date(ms), record, organizationId);
