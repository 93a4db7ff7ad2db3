import { z } from 'zod';
import { type ChangeResult, change, changed } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { Id } from '../fields.ts';
import { refuse } from '../refusal.ts';

const ReviewTool = z.strictObject({
  toolId: Id,
  /** `accept` makes the tool callable; `keep` leaves it in quarantine (or puts it there) and notes that it was looked at. */
  decision: z.enum(['accept', 'keep']),
  /** Of the definition that was looked at. */
  hash: z.string().min(1).max(128),
});

/** Takes a tool out of quarantine, or keeps it there. What was accepted is one definition: one that changed since is refused. */
export function reviewTool(s: Services, actor: Actor, input: z.input<typeof ReviewTool>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'tool.review', schema: ReviewTool, input }, async (tx, { toolId, decision, hash }) => {
    const { organizationId } = actor;
    const where = { organizationId_id: { organizationId, id: toolId } };
    const tool = await tx.tool.findUnique({ where, include: { server: { select: { slug: true } } } });
    if (!tool) return refuse('not_found', 'This tool does not exist.');
    if (tool.state === 'removed') return refuse('conflict', 'The server does not offer this tool any more.');
    if (tool.hash !== hash) return refuse('conflict', 'The tool has changed since you looked at it. Look again.');
    const state = decision === 'accept' ? 'active' : 'quarantined';
    await tx.tool.update({ where, data: { state } });
    await tx.toolChange.updateMany({
      where: { organizationId, toolId, reviewedAt: null },
      data: { reviewedAt: s.now(), reviewedBy: actor.name },
    });
    return changed(
      {},
      {
        action: `tool.${decision}`,
        target: { kind: 'tool', id: toolId, name: `${tool.server.slug}/${tool.name}` },
        before: { state: tool.state },
        after: { state, hash },
      },
    );
  });
}
