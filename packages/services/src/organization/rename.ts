import { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { Name } from '../fields.ts';

const Rename = z.strictObject({ name: Name });

/** Gives the organization another name; its slug, and with it every address, stays. */
export function renameOrganization(s: Services, actor: Actor, input: z.input<typeof Rename>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'organization.manage', schema: Rename, input }, async (tx, { name }, { id, name: before }) => {
    if (name === before) return unchanged({});
    await tx.organization.update({ where: { id }, data: { name } });
    return changed(
      {},
      { action: 'organization.rename', target: { kind: 'organization', id, name }, before: { name: before }, after: { name } },
    );
  });
}
