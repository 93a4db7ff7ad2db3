import { auditFacts } from '@toolgate/audit/event';
import type { Prisma } from '@toolgate/db/client';
import type { Transaction } from '@toolgate/db/database';
import type { Actor } from '../context.ts';
import { newId } from '../id.ts';

/** What was changed: `action` is `{entity}.{verb}`; before and after hold what differs, never a secret. */
export interface ChangeFacts {
  action: string;
  target: { kind: string; id: string; name: string };
  before?: unknown;
  after?: unknown;
}

/** Records a change in the transaction that makes it; the worker gives it its place in the chain. */
export async function recordChange(
  tx: Transaction,
  actor: Actor,
  { action, target, before, after }: ChangeFacts,
  at = new Date(),
): Promise<string> {
  const facts = auditFacts({
    id: newId(at.getTime()),
    organizationId: actor.organizationId,
    at: at.toISOString(),
    kind: 'change',
    actor: actor.name,
    action,
    detail: {
      target,
      ...(actor.kind === 'member' ? { actorId: actor.userId } : {}),
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    },
  });
  // Through JSON, so that the stored record holds no Date and no undefined.
  const record = JSON.parse(JSON.stringify({ type: 'event', facts })) as Prisma.InputJsonObject;
  await tx.auditRecord.create({ data: { organizationId: actor.organizationId, record } });
  return facts.id;
}
