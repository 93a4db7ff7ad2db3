import type { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { findSink, noSink, SinkId, sinkTarget } from './sink-fields.ts';

/** Sends nothing more to a sink until it is resumed; where it stands is kept. */
export function pauseSink(s: Services, actor: Actor, input: z.input<typeof SinkId>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'audit.forward', schema: SinkId, input }, async (tx, { sinkId }) => {
    const { organizationId } = actor;
    const sink = await findSink(tx, organizationId, sinkId);
    if (!sink) return noSink();
    if (sink.pausedAt) return unchanged({});
    await tx.auditSink.update({ where: { organizationId_id: { organizationId, id: sinkId } }, data: { pausedAt: s.now() } });
    return changed({}, { action: 'sink.pause', target: sinkTarget(sink), before: { paused: false }, after: { paused: true } });
  });
}
