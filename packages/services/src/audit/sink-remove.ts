import type { z } from 'zod';
import { type ChangeResult, change, changed } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { findSink, noSink, SinkId, sinkTarget } from './sink-fields.ts';

/** Forgets a sink, its secret and where it stood. */
export function removeSink(s: Services, actor: Actor, input: z.input<typeof SinkId>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'audit.forward', schema: SinkId, input }, async (tx, { sinkId }) => {
    const { organizationId } = actor;
    const sink = await findSink(tx, organizationId, sinkId);
    if (!sink) return noSink();
    await tx.auditSink.delete({ where: { organizationId_id: { organizationId, id: sinkId } } });
    const { kind, url, deliveredSeq } = sink;
    return changed(
      {},
      { action: 'sink.remove', target: sinkTarget(sink), before: { kind, url, deliveredSeq: Number(deliveredSeq) }, after: null },
    );
  });
}
