/** When each grant was last used and by which client: written once a minute at most, or when the client is another; never while a call waits. */
import type { Database } from '@toolgate/db/database';

export interface GrantUsage {
  /** @param client null: it did not say this time. */
  note(organizationId: string, grantId: string, client: string | null): void;
  /** Writes what has been noted. */
  flush(): Promise<void>;
}

const EVERY_MS = 60_000;
const MAX_REMEMBERED = 50_000;

interface Use {
  organizationId: string;
  client: string | null;
  at: number;
}

export function createGrantUsage(db: Database, now: () => number = Date.now): GrantUsage {
  const pending = new Map<string, Use>();
  const written = new Map<string, { at: number; client: string | null }>();
  return {
    note(organizationId, grantId, client) {
      const noted = pending.get(grantId);
      if (noted) {
        noted.at = now();
        noted.client = client ?? noted.client;
        return;
      }
      const last = written.get(grantId);
      // Stateless clients say their name with every call: only a new one is worth a write of its own.
      if (last && (client === null || client === last.client) && now() - last.at < EVERY_MS) return;
      pending.set(grantId, { organizationId, client, at: now() });
    },
    async flush() {
      const uses = [...pending];
      pending.clear();
      for (const [id, { organizationId, client, at }] of uses) {
        if (written.size > MAX_REMEMBERED) written.clear();
        written.set(id, { at: now(), client: client ?? written.get(id)?.client ?? null });
        const lastUsedAt = new Date(at);
        const data = client === null ? { lastUsedAt } : { lastUsedAt, lastClient: client };
        await db.forOrganization(organizationId, (tx) => tx.grant.updateMany({ where: { organizationId, id }, data }));
      }
    },
  };
}
