import type { z } from 'zod';
import { type ChangeResult, change, changed } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { findSink, noSink, SinkId, sinkTarget } from './sink-fields.ts';

/** Longer than the worker gives a receiver. */
const PATIENCE_MS = 20_000;

/** Has the worker send a test event (its action is `sink.test`, its number 0) and waits for what came of it: `problem` null: it was taken. */
export async function testSink(
  s: Services,
  actor: Actor,
  input: z.input<typeof SinkId>,
  { patienceMs = PATIENCE_MS } = {},
): Promise<ChangeResult<{ problem: string | null }>> {
  const wanted = s.now();
  const { organizationId } = actor;
  const asked = await change(s, actor, { permission: 'audit.forward', schema: SinkId, input }, async (tx, { sinkId }) => {
    const sink = await findSink(tx, organizationId, sinkId);
    if (!sink) return noSink();
    await tx.auditSink.update({
      where: { organizationId_id: { organizationId, id: sinkId } },
      data: { testWantedAt: wanted, testedAt: null },
    });
    return changed({}, { action: 'sink.test', target: sinkTarget(sink) });
  });
  if (!asked.ok) return asked;
  const { inForce } = asked.value;
  for (const end = Date.now() + patienceMs; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const sink = await s.db.forOrganization(organizationId, (tx) => findSink(tx, organizationId, input.sinkId));
    if (sink?.testedAt) return { ok: true, value: { problem: sink.testError, inForce } };
    if (!sink || Date.now() >= end) return { ok: true, value: { problem: 'The worker did not answer in time. Is it running?', inForce } };
  }
}
