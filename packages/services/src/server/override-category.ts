import { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { Id } from '../fields.ts';
import { refuse } from '../refusal.ts';

const OverrideCategory = z.strictObject({
  toolId: Id,
  category: z.enum(['Read', 'Write', 'Execute', 'Destructive', 'Financial']).nullable(),
});

/** Puts a person's choice of category before the classifier's; null takes it back. The risk follows the category. */
export function overrideCategory(s: Services, actor: Actor, input: z.input<typeof OverrideCategory>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'tool.review', schema: OverrideCategory, input }, async (tx, { toolId, category }) => {
    const where = { organizationId_id: { organizationId: actor.organizationId, id: toolId } };
    const tool = await tx.tool.findUnique({ where, include: { server: { select: { slug: true } } } });
    if (!tool) return refuse('not_found', 'This tool does not exist.');
    if (tool.categoryOverride === category) return unchanged({});
    await tx.tool.update({ where, data: { categoryOverride: category } });
    return changed(
      {},
      {
        action: 'tool.override_category',
        target: { kind: 'tool', id: toolId, name: `${tool.server.slug}/${tool.name}` },
        before: { category: tool.categoryOverride ?? tool.category },
        after: { category: category ?? tool.category },
      },
    );
  });
}
