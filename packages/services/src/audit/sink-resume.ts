import type { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { findSink, noSink, SinkId, sinkTarget } from './sink-fields.ts';

/** Goes on with the event after the last one that was delivered: nothing is left out. Of a sink that is not paused: tries again at once. */
export function resumeSink(s: Services, actor: Actor, input: z.input<typeof SinkId>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'audit.forward', schema: SinkId, input }, async (tx, { sinkId }) => {
    const { organizationId } = actor;
    const sink = await findSink(tx, organizationId, sinkId);
    if (!sink) return noSink();
    if (!sink.pausedAt && sink.nextAttemptAt <= s.now()) return unchanged({});
    const data = { pausedAt: null, failures: 0, nextAttemptAt: s.now() };
    await tx.auditSink.update({ where: { organizationId_id: { organizationId, id: sinkId } }, data });
    return changed(
      {},
      { action: 'sink.resume', target: sinkTarget(sink), before: { paused: sink.pausedAt !== null }, after: { paused: false } },
    );
  });
}
