import type { Actor, Services } from '@toolgate/services/context';
import { createServices } from '@toolgate/services/create-services';
import { findOrganization } from '@toolgate/services/organization/create';
import { isInForce } from '@toolgate/services/organization/is-in-force';
import type { Settings } from './env.ts';
import { Failure } from './failure.ts';

export interface Session {
  s: Services;
  gatewayUrl: string;
}

/** How long a change may take to be in force. */
const PATIENCE_MS = 10_000;

/** Runs a command with connections to the system, and ends them. */
export async function withSession<T>(settings: Settings, run: (session: Session) => Promise<T>): Promise<T> {
  const { databaseUrl, keys, ledger, redisUrl, queueDatabaseUrl, gatewayUrl } = settings;
  const s = createServices({ databaseUrl, keys, ledger: { kind: ledger, redisUrl }, queueDatabaseUrl, max: 3 });
  try {
    await s.db.pool.query('SELECT 1').catch((error: Error) => {
      throw new Failure(`The database cannot be reached (${error.message || 'no answer'}). Is Toolgate running?`);
    });
    return await run({ s, gatewayUrl });
  } finally {
    await s.close();
  }
}

export function operatorOf(organizationId: string): Actor {
  return { kind: 'operator', organizationId, name: 'Command line' };
}

/** Who acts in the organization with this slug. */
export async function operatorIn(s: Services, slug: string): Promise<Actor> {
  const organization = await findOrganization(s, slug);
  if (!organization) throw new Failure(`There is no organization "${slug}".`);
  return operatorOf(organization.id);
}

/** Resolves when every change saved so far is in force. The worker finishes what this process could not tell the ledger. */
export async function untilInForce(s: Services, actor: Actor, patienceMs = PATIENCE_MS): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!(await isInForce(s, actor))) {
    if (Date.now() >= end) throw new Failure('Saved, but not yet in force: the ledger cannot be reached. It will be as soon as it can.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
