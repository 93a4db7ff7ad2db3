import { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';

const Pause = z.strictObject({});

/** Denies every call of the organization, in force at once, until it is resumed. */
export function pauseOrganization(s: Services, actor: Actor, input: z.input<typeof Pause> = {}): Promise<ChangeResult> {
  return change(s, actor, { permission: 'organization.manage', schema: Pause, input }, async (tx, _, { id, name, pausedAt }) => {
    if (pausedAt) return unchanged({});
    await tx.organization.update({ where: { id }, data: { pausedAt: s.now() } });
    return changed({}, { action: 'organization.pause', target: { kind: 'organization', id, name } });
  });
}
