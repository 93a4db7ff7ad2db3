/** What it takes to start the managed server of an organization, from the database. */
import { findManagedServer, type ManagedServerName } from '@toolgate/catalogue/managed';
import type { Database, Transaction } from '@toolgate/db/database';
import type { KeyRing } from '@toolgate/services/secret/key-ring';
import { openSecret } from '@toolgate/services/secret/open';
import { RunnerError } from './runner-error.ts';

export interface Launch {
  organizationId: string;
  serverId: string;
  program: ManagedServerName;
  /** Environment variables of the organization: its opened secrets. */
  secrets: Record<string, string>;
  /** Changes when a secret does: a process that was started with another is out of date. */
  version: string;
}

export type FindLaunch = (organizationId: string, serverId: string) => Promise<Launch | null>;

const KEEP_MS = 1000;

/**
 * Null when the organization has no such managed server, or it is not on the operator's list. Rejects with `RunnerError`
 * when a secret is missing or cannot be opened. Answers are kept for a second, so that a burst of calls asks once.
 */
export function createFindLaunch(db: Database, keyRing: KeyRing): FindLaunch {
  const kept = new Map<string, { until: number; launch: Promise<Launch | null> }>();
  return (organizationId, serverId) => {
    const now = performance.now();
    const key = `${organizationId}/${serverId}`;
    const known = kept.get(key);
    if (known && known.until > now) return known.launch;
    for (const [other, { until }] of kept) if (until <= now) kept.delete(other);
    const launch = db.forOrganization(organizationId, (tx) => readLaunch(tx, keyRing, organizationId, serverId));
    kept.set(key, { until: now + KEEP_MS, launch });
    launch.catch(() => kept.delete(key));
    return launch;
  };
}

async function readLaunch(tx: Transaction, keyRing: KeyRing, organizationId: string, serverId: string): Promise<Launch | null> {
  const where = { organizationId_id: { organizationId, id: serverId } };
  const server = await tx.server.findUnique({ where, include: { secrets: true } });
  if (server?.transport !== 'managed') return null;
  const entry = findManagedServer(server.managed ?? '');
  if (!entry) return null;
  const secrets: Record<string, string> = {};
  const versions: string[] = [];
  for (const { name, label, optional } of entry.secrets) {
    const row = server.secrets.find((secret) => secret.name === name);
    if (!row && !optional)
      throw new RunnerError('not_configured', `${entry.title} needs its ${label} (${name}): set it on the server's page.`);
    if (!row) continue;
    const place = { organizationId, table: 'ServerSecret', column: 'ciphertext', row: row.id };
    secrets[name] = await openSecret(tx, keyRing, place, row.ciphertext, row.keyVersion).catch(() => {
      throw new RunnerError('not_configured', `The ${label} cannot be opened with the keys that are in force: set it again.`);
    });
    versions.push(`${row.id} ${row.keyVersion} ${row.setAt.toISOString()}`);
  }
  return { organizationId, serverId, program: entry.name, secrets, version: [entry.name, ...versions].join('\n') };
}
