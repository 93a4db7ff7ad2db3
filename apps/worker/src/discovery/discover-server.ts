/** The discovery job: finds out where a server is and how it is opened, asks it, and keeps what it said or why it could not be asked. */
import type { DiscoverPayload } from '@toolgate/jobs/queues';
import type { Services } from '@toolgate/services/context';
import { openSecret } from '@toolgate/services/secret/open';
import { saveDiscovery } from '@toolgate/services/server/save-discovery';
import type { Dispatcher } from 'undici';
import { discoveryFailure } from './discovery-failure.ts';
import { listTools } from './list-tools.ts';

export interface DiscoveryContext {
  services: Services;
  /** Reaches addresses that tenants named. */
  guarded: Dispatcher;
  /** Reaches the runner of managed servers. */
  direct: Dispatcher;
  runner: { url: string; token: string } | null;
}

/** Rejects when what was found could not be stored: the job is then tried again. A server that cannot be asked is a result. */
export async function discoverServer(context: DiscoveryContext, { organizationId, serverId }: DiscoverPayload): Promise<void> {
  const target = await findTarget(context, organizationId, serverId);
  if (!target) return; // removed meanwhile
  const outcome =
    'failure' in target
      ? target
      : await listTools(target).then(
          (found) => ({ found }),
          (error: unknown) => ({ failure: discoveryFailure(error) }),
        );
  const saved = await saveDiscovery(context.services, { organizationId, serverId, ...outcome });
  if (!saved.ok && saved.refusal.code !== 'not_found') throw new Error(`The discovery could not be saved: ${saved.refusal.message}`);
}

type Target = { url: string; headers: Record<string, string>; dispatcher: Dispatcher };

async function findTarget(
  { services, guarded, direct, runner }: DiscoveryContext,
  organizationId: string,
  serverId: string,
): Promise<Target | { failure: ReturnType<typeof discoveryFailure> } | null> {
  return services.db.forOrganization(organizationId, async (tx) => {
    const id = { organizationId_id: { organizationId, id: serverId } };
    const server = await tx.server.findUnique({ where: id, include: { secrets: true } });
    if (!server) return null;
    if (server.transport === 'managed') {
      if (!runner) return { failure: NO_RUNNER };
      const url = `${runner.url}/${encodeURIComponent(organizationId)}/${encodeURIComponent(serverId)}/mcp`;
      return { url, headers: { authorization: `Bearer ${runner.token}` }, dispatcher: direct };
    }
    const headers: Record<string, string> = {};
    try {
      for (const { id: row, name, ciphertext, keyVersion } of server.secrets) {
        const place = { organizationId, table: 'ServerSecret', column: 'ciphertext', row };
        headers[name] = await openSecret(tx, services.keyRing, place, ciphertext, keyVersion);
      }
    } catch {
      return { failure: UNOPENED };
    }
    return { url: server.url ?? '', headers, dispatcher: guarded };
  });
}

const NO_RUNNER = {
  code: 'refused',
  message: 'This installation runs no managed servers.',
  fix: 'Have the operator start the runner (TOOLGATE_RUNNER_URL and TOOLGATE_RUNNER_TOKEN).',
} as const;

const UNOPENED = {
  code: 'unauthorized',
  message: 'A header of this server cannot be opened with the keys of this installation.',
  fix: "Set the server's headers again.",
} as const;
