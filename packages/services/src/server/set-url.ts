import type { Transaction } from '@toolgate/db/database';
import type { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { refuse } from '../refusal.ts';
import { findServer, noServer, ServerId, serverTarget, updateServer } from './find.ts';
import { requestDiscovery } from './request-discovery.ts';
import { UpstreamUrl } from './upstream-url.ts';

const SetUrl = ServerId.extend({ url: UpstreamUrl });

/**
 * Points a server at another address and has its tools discovered there; those that differ are quarantined. At another origin the
 * secret headers are removed: they can be set but not read, so nobody may have them sent to a place of one's own choice either.
 * `discovering`: false when it had this address already.
 */
export async function setServerUrl(
  s: Services,
  actor: Actor,
  input: z.input<typeof SetUrl>,
): Promise<ChangeResult<{ discovering: boolean }>> {
  const result = await change(s, actor, { permission: 'server.manage', schema: SetUrl, input }, async (tx, { serverId, url }) => {
    const server = await findServer(tx, actor.organizationId, serverId);
    if (!server) return noServer();
    if (server.transport !== 'http') return refuse('conflict', 'This server is run by Toolgate and has no address of its own.');
    if (server.url === url) return unchanged({ discovering: false });
    const removed = isSameOrigin(server.url, url) ? [] : await removeSecrets(tx, actor.organizationId, serverId);
    await updateServer(tx, actor.organizationId, serverId, { url, status: 'discovering', ...(removed.length ? { auth: 'none' } : {}) });
    const before = { url: server.url, ...(removed.length ? { headers: removed } : {}) };
    return changed({ discovering: true }, { action: 'server.set_url', target: serverTarget(server), before, after: { url } });
  });
  if (result.ok && result.value.discovering) await requestDiscovery(s, actor.organizationId, input.serverId);
  return result;
}

const isSameOrigin = (before: string | null, after: string): boolean => URL.parse(before ?? '')?.origin === new URL(after).origin;

/** Their names. */
async function removeSecrets(tx: Transaction, organizationId: string, serverId: string): Promise<string[]> {
  const secrets = await tx.serverSecret.findMany({ where: { organizationId, serverId }, select: { name: true }, orderBy: { name: 'asc' } });
  await tx.serverSecret.deleteMany({ where: { organizationId, serverId } });
  return secrets.map(({ name }) => name);
}
