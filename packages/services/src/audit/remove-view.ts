import { z } from 'zod';
import { type ChangeResult, change, changed } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { Id } from '../fields.ts';
import { refuse } from '../refusal.ts';

const Remove = z.strictObject({ viewId: Id });

/** Removes a saved view; what it was can be read in the log, and saved again. */
export function removeView(
  s: Services,
  actor: Actor,
  input: z.input<typeof Remove>,
): Promise<ChangeResult<{ name: string; query: string }>> {
  return change(s, actor, { permission: 'audit.view.manage', schema: Remove, input }, async (tx, { viewId }) => {
    const where = { organizationId_id: { organizationId: actor.organizationId, id: viewId } };
    const view = await tx.auditView.findUnique({ where });
    if (!view) return refuse('not_found', 'There is no view of this name any more.');
    await tx.auditView.delete({ where });
    const { name, query } = view;
    return changed({ name, query }, { action: 'audit.remove_view', target: { kind: 'view', id: viewId, name }, before: { query } });
  });
}
