import { LONGEST_QUERY, parseQuery } from '@toolgate/audit/query/parse';
import { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { Name } from '../fields.ts';
import { newId } from '../id.ts';
import { refuse } from '../refusal.ts';

const Save = z.strictObject({
  name: Name,
  query: z
    .string()
    .trim()
    .min(1, 'Everything needs no view: narrow the log first.')
    .max(LONGEST_QUERY)
    .superRefine((text, context) => {
      const [problem] = parseQuery(text).problems;
      if (problem) context.addIssue({ code: 'custom', message: problem.message });
    }),
});

const MOST_VIEWS = 100;

/** Gives a query of the audit log a name for everybody in the organization; a view of this name gets the new query. */
export function saveView(s: Services, actor: Actor, input: z.input<typeof Save>): Promise<ChangeResult<{ id: string }>> {
  return change(s, actor, { permission: 'audit.view.manage', schema: Save, input }, async (tx, { name, query }) => {
    const { organizationId } = actor;
    const before = await tx.auditView.findUnique({ where: { organizationId_name: { organizationId, name } } });
    if (before?.query === query) return unchanged({ id: before.id });
    if (!before && (await tx.auditView.count({ where: { organizationId } })) >= MOST_VIEWS)
      return refuse('conflict', `There are ${MOST_VIEWS} views already: remove one first.`);
    const id = before?.id ?? newId();
    if (before) await tx.auditView.update({ where: { organizationId_id: { organizationId, id } }, data: { query } });
    else await tx.auditView.create({ data: { organizationId, id, name, query, createdBy: actor.name } });
    const target = { kind: 'view', id, name };
    return changed({ id }, { action: 'audit.save_view', target, ...(before ? { before: { query: before.query } } : {}), after: { query } });
  });
}
