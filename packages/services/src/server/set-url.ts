import type { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { refuse } from '../refusal.ts';
import { findServer, noServer, ServerId, serverTarget, updateServer } from './find.ts';
import { requestDiscovery } from './request-discovery.ts';
import { UpstreamUrl } from './upstream-url.ts';

const SetUrl = ServerId.extend({ url: UpstreamUrl });

/**
 * Points a server at another address and has its tools discovered there; those that differ are quarantined.
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
    await updateServer(tx, actor.organizationId, serverId, { url, status: 'discovering' });
    const event = { action: 'server.set_url', target: serverTarget(server), before: { url: server.url }, after: { url } };
    return changed({ discovering: true }, event);
  });
  if (result.ok && result.value.discovering) await requestDiscovery(s, actor.organizationId, input.serverId);
  return result;
}
