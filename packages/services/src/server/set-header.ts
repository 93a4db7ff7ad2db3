import type { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { refuse } from '../refusal.ts';
import { findServer, noServer, ServerId, serverTarget, updateServer } from './find.ts';
import { requestDiscovery } from './request-discovery.ts';
import { HeaderInput, MAX_HEADERS, secretNameProblem } from './secret-name.ts';
import { storeSecret } from './store-secret.ts';

const SetHeader = ServerId.extend(HeaderInput.shape);

/**
 * Sets or replaces a secret header (of a managed server: an environment value) and has the server discovered with it.
 * `discovering`: false when it held this value already.
 */
export async function setHeader(
  s: Services,
  actor: Actor,
  input: z.input<typeof SetHeader>,
): Promise<ChangeResult<{ discovering: boolean }>> {
  const result = await change(s, actor, { permission: 'server.manage', schema: SetHeader, input }, async (tx, given) => {
    const { organizationId } = actor;
    const { serverId, name, value } = given;
    const server = await findServer(tx, organizationId, serverId);
    if (!server) return noServer();
    const problem = secretNameProblem(server, name);
    if (problem) return refuse('invalid', problem, { name: problem });
    const stored = await storeSecret(tx, s, actor, server, { name, value });
    if (!stored) return unchanged({ discovering: false });
    if ((await tx.serverSecret.count({ where: { organizationId, serverId } })) > MAX_HEADERS) {
      return refuse('conflict', `A server has at most ${MAX_HEADERS} headers.`);
    }
    await updateServer(tx, organizationId, serverId, { status: 'discovering', ...(server.managed === null ? { auth: 'headers' } : {}) });
    return changed({ discovering: true }, { action: 'server.set_header', target: serverTarget(server), after: { name } });
  });
  if (result.ok && result.value.discovering) await requestDiscovery(s, actor.organizationId, input.serverId);
  return result;
}
