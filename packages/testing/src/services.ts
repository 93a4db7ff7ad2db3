/** The business verbs on a real database of a test's own, with BullMQ's PostgreSQL backend and the embedded ledger. */
import { randomBytes } from 'node:crypto';
import type { Role } from '@toolgate/db/client';
import { migrateQueue } from '@toolgate/jobs/migrate-queue';
import type { Actor, Services } from '@toolgate/services/context';
import { createServices } from '@toolgate/services/create-services';
import { newId } from '@toolgate/services/id';
import { createTestDatabase, type TestDatabase } from './databases.ts';
import { createOrganization } from './factories.ts';

export interface TestServices {
  s: Services & { close(): Promise<void> };
  database: TestDatabase;
  /** The text of the key ring that seals. */
  keys: string;
  /** An organization and its owner. */
  organization(): Promise<{ id: string; slug: string; owner: Actor }>;
  /** A new member of an organization. */
  member(organizationId: string, role: Role): Promise<Extract<Actor, { kind: 'member' }>>;
  stop(): Promise<void>;
}

export async function startTestServices(): Promise<TestServices> {
  const database = await createTestDatabase();
  await migrateQueue(database.ownerUrl);
  const keys = `test:${randomBytes(32).toString('base64')}`;
  const databaseUrl = database.urlAs('toolgate_app');
  // On a busy machine a test waits rather than being told that the database is away.
  const s = createServices({ databaseUrl, keys, ledger: { kind: 'embedded' }, queueDatabaseUrl: databaseUrl, patienceMs: 60_000 });
  const member: TestServices['member'] = async (organizationId, role) => {
    const userId = newId();
    const name = `${role} ${userId.slice(-12)}`;
    await s.db.prisma.user.create({ data: { id: userId, email: `${userId}@example.com`, name } });
    await s.db.forOrganization(organizationId, (tx) => tx.membership.create({ data: { organizationId, userId, role } }));
    return { kind: 'member', organizationId, userId, name, role };
  };
  return {
    s,
    database,
    keys,
    member,
    organization: async () => {
      const { id, slug } = await createOrganization(s.db);
      return { id, slug, owner: await member(id, 'owner') };
    },
    stop: async () => {
      await s.close();
      await database.drop();
    },
  };
}
