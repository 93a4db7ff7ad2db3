/**
 * The only place where a connection to PostgreSQL is made. Tenant tables are reached through `forOrganization`,
 * which runs a transaction that says for whom it runs; row level security hides everything else.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { type Prisma, PrismaClient } from './generated/client.ts';

/** A transaction in which queries run. */
export type Transaction = Prisma.TransactionClient;

export interface Database {
  /** For tables without a tenant (User, UserIdentity, AttemptCounter, GatewayProcess) only; a tenant table shows no rows here. */
  readonly prisma: PrismaClient;
  /** The same connections for what Prisma is too slow for (bulk inserts, LISTEN). Same rules: see `setOrganization`. */
  readonly pool: pg.Pool;
  /** Runs a transaction that sees the rows of one organization. */
  forOrganization<T>(organizationId: string, run: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Runs a transaction that sees the organization with this slug (that row only). */
  forSlug<T>(slug: string, run: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Runs a transaction that sees the memberships of one user and their organizations. */
  forUser<T>(userId: string, run: (tx: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Connections at most. */
  max?: number;
  /** How long to wait for a connection; a transaction may take three times as long. 5000 unless told. */
  patienceMs?: number;
}

/**
 * @param url of a role that does not own the tables. An owner or superuser is refused by `assertRestricted`.
 */
export function createDatabase(url: string, { max = 10, patienceMs = 5000 }: DatabaseOptions = {}): Database {
  const timeouts = { connectionTimeoutMillis: patienceMs, idleTimeoutMillis: 30_000 };
  const pool = new pg.Pool({ connectionString: url, max, ...timeouts, keepAlive: true });
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  // The same for one that breaks while it is in use: its query rejects, and the error event would still end the process.
  pool.on('connect', (client) => void client.on('error', () => {}));
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
  const scoped =
    (setting: Setting, value: string) =>
    <T>(run: (tx: Transaction) => Promise<T>): Promise<T> =>
      prisma.$transaction(
        async (tx) => {
          await tx.$executeRaw`SELECT set_config(${setting}, ${value}, true)`;
          return run(tx);
        },
        { maxWait: patienceMs, timeout: 3 * patienceMs },
      );
  return {
    prisma,
    pool,
    forOrganization: (organizationId, run) => scoped('toolgate.organization', organizationId)(run),
    forSlug: (slug, run) => scoped('toolgate.slug', slug)(run),
    forUser: (userId, run) => scoped('toolgate.user', userId)(run),
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

type Setting = 'toolgate.organization' | 'toolgate.slug' | 'toolgate.user';

/** Makes a raw transaction (one that has sent BEGIN) run for one organization. */
export async function setOrganization(client: pg.PoolClient, organizationId: string): Promise<void> {
  await client.query("SELECT set_config('toolgate.organization', $1, true)", [organizationId]);
}

/** Rejects when the connected role could pass row level security by: the second wall between tenants would be missing. */
export async function assertRestricted(db: Database): Promise<void> {
  const { rows } = await db.pool.query<{ name: string; mighty: boolean }>(
    `SELECT current_user AS name, r.rolsuper OR r.rolbypassrls OR pg_has_role(current_user, c.relowner, 'USAGE') AS mighty
     FROM pg_roles r, pg_class c WHERE r.rolname = current_user AND c.oid = '"Organization"'::regclass`,
  );
  if (!rows[0] || rows[0].mighty) {
    throw new Error(
      `The database role ${rows[0]?.name ?? ''} can bypass row level security: connect as toolgate_app (npm run migrate makes it).`,
    );
  }
}
