/** When each grant was last used and by which client: written once a minute at most, never while a call waits. */
import type { Database } from '@toolgate/db/database';

export interface GrantUsage {
  note(organizationId: string, grantId: string, client: string | null): void;
  /** Writes what has been noted. */
  flush(): Promise<void>;
}

const EVERY_MS = 60_000;
const MAX_REMEMBERED = 50_000;

interface Use {
  organizationId: string;
  client: string | null;
  at: Date;
}

export function createGrantUsage(db: Database, now: () => number = Date.now): GrantUsage {
  const pending = new Map<string, Use>();
  const written = new Map<string, number>();
  return {
    note(organizationId, grantId, client) {
      const noted = pending.get(grantId);
      if (noted) {
        noted.at = new Date(now());
        noted.client = client ?? noted.client;
        return;
      }
      // A client that has just said its name is worth a write of its own.
      if (client === null && now() - (written.get(grantId) ?? 0) < EVERY_MS) return;
      pending.set(grantId, { organizationId, client, at: new Date(now()) });
    },
    async flush() {
      const uses = [...pending];
      pending.clear();
      for (const [id, { organizationId, client, at }] of uses) {
        if (written.size > MAX_REMEMBERED) written.clear();
        written.set(id, now());
        const data = client === null ? { lastUsedAt: at } : { lastUsedAt: at, lastClient: client };
        await db.forOrganization(organizationId, (tx) => tx.grant.updateMany({ where: { organizationId, id }, data }));
      }
    },
  };
}
