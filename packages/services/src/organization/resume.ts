import { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { notPaused } from '../pause-reason.ts';

const Resume = z.strictObject({});

/** Lets calls be decided again after a pause. */
export function resumeOrganization(s: Services, actor: Actor, input: z.input<typeof Resume> = {}): Promise<ChangeResult> {
  return change(s, actor, { permission: 'organization.manage', schema: Resume, input }, async (tx, _, { id, name, pausedAt }) => {
    if (!pausedAt) return unchanged({});
    await tx.organization.update({ where: { id }, data: notPaused });
    return changed(
      {},
      { action: 'organization.resume', target: { kind: 'organization', id, name }, before: { paused: true }, after: { paused: false } },
    );
  });
}
