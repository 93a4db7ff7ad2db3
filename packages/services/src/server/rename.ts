import type { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { Name } from '../fields.ts';
import { findServer, noServer, ServerId, serverTarget, updateServer } from './find.ts';

const Rename = ServerId.extend({ name: Name });

/** Gives a server another name; its slug, and with it its address, stays. */
export function renameServer(s: Services, actor: Actor, input: z.input<typeof Rename>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'server.manage', schema: Rename, input }, async (tx, { serverId, name }) => {
    const server = await findServer(tx, actor.organizationId, serverId);
    if (!server) return noServer();
    if (server.name === name) return unchanged({});
    await updateServer(tx, actor.organizationId, serverId, { name });
    return changed({}, { action: 'server.rename', target: serverTarget(server), before: { name: server.name }, after: { name } });
  });
}
