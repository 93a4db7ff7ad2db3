import { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { findServer, noServer, ServerId, serverTarget, updateServer } from '../server/find.ts';

const SetCapture = ServerId.extend({ capture: z.boolean() });

/** Whether the argument values of calls to a server are kept from the next request on: redacted, sealed, and read only on record. */
export function setCapture(s: Services, actor: Actor, input: z.input<typeof SetCapture>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'audit.capture', schema: SetCapture, input }, async (tx, { serverId, capture }) => {
    const server = await findServer(tx, actor.organizationId, serverId);
    if (!server) return noServer();
    if (server.captureArguments === capture) return unchanged({});
    await updateServer(tx, actor.organizationId, serverId, { captureArguments: capture });
    const [before, after] = [{ captureArguments: !capture }, { captureArguments: capture }];
    return changed({}, { action: 'server.set_capture', target: serverTarget(server), before, after });
  });
}

/** The servers of the organization by name, and whether each one's arguments are captured. */
export async function listCapture(s: Pick<Services, 'db'>, { organizationId }: Actor) {
  const select = { id: true, slug: true, name: true, captureArguments: true } as const;
  return s.db.forOrganization(organizationId, (tx) => tx.server.findMany({ where: { organizationId }, select, orderBy: { name: 'asc' } }));
}
