import { z } from 'zod';
import { type ChangeResult, change, changed } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { newId } from '../id.ts';
import { refuse } from '../refusal.ts';
import { newWebhookSecret, SinkInput, sealedSecret, sinkProblem, sinkTarget } from './sink-fields.ts';

const MOST = 10;

const CreateSink = SinkInput.extend({
  /** Send everything that is in the log, too; else what comes from now on. */
  fromBeginning: z.boolean().default(false),
});

/** Sets up a sink. `secret` is a webhook's new signing secret, which only this answer holds; null of any other kind, or when one was given. */
export function createSink(
  s: Services,
  actor: Actor,
  input: z.input<typeof CreateSink>,
): Promise<ChangeResult<{ id: string; secret: string | null }>> {
  return change(s, actor, { permission: 'audit.forward', schema: CreateSink, input }, async (tx, given) => {
    const { organizationId } = actor;
    const problem = sinkProblem(given);
    if (problem) return problem;
    if ((await tx.auditSink.count({ where: { organizationId } })) >= MOST)
      return refuse('conflict', `An organization has at most ${MOST} sinks.`);
    const { name, kind, url, headerName = null, fromBeginning } = given;
    const made = kind === 'webhook' && !given.secret ? newWebhookSecret() : null;
    const secret = given.secret ?? made;
    const id = newId();
    const chain = await tx.auditChain.findUnique({ where: { organizationId } });
    const sealed = secret === null ? {} : await sealedSecret(tx, s, organizationId, id, secret);
    const deliveredSeq = fromBeginning ? 0n : (chain?.seq ?? 0n);
    await tx.auditSink.create({
      data: { organizationId, id, name, kind, url, headerName, createdBy: actor.name, deliveredSeq, ...sealed },
    });
    const after = { kind, url, headerName, after: Number(deliveredSeq) };
    return changed({ id, secret: made }, { action: 'sink.create', target: sinkTarget({ id, name }), before: null, after });
  });
}
