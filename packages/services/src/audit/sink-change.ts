import type { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { refuse } from '../refusal.ts';
import { findSink, noSink, SinkId, SinkInput, sealedSecret, sinkProblem, sinkTarget } from './sink-fields.ts';

const ChangeSink = SinkId.extend(SinkInput.omit({ kind: true }).partial().shape);

/** Changes what is given of a sink's name, address, header and secret; it is tried again at once. */
export function changeSink(s: Services, actor: Actor, input: z.input<typeof ChangeSink>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'audit.forward', schema: ChangeSink, input }, async (tx, { sinkId, secret, ...given }) => {
    const { organizationId } = actor;
    const sink = await findSink(tx, organizationId, sinkId);
    if (!sink) return noSink();
    const before = { name: sink.name, url: sink.url, headerName: sink.headerName };
    const after = { ...before, ...given };
    const problem = sinkProblem(
      { kind: sink.kind, url: after.url, headerName: after.headerName ?? undefined, secret },
      sink.ciphertext !== null,
    );
    if (problem) return problem;
    // Whoever may not read a secret must not have it sent to a place of their own either; a webhook's never leaves.
    if (sink.kind !== 'webhook' && sink.ciphertext && !secret && new URL(after.url).origin !== new URL(sink.url).origin) {
      return refuse('invalid', 'Enter the secret again: the address is another one.', { secret: 'Enter it again.' });
    }
    if (!secret && JSON.stringify(before) === JSON.stringify(after)) return unchanged({});
    const sealed = secret ? await sealedSecret(tx, s, organizationId, sinkId, secret) : {};
    await tx.auditSink.update({
      where: { organizationId_id: { organizationId, id: sinkId } },
      data: { ...after, ...sealed, failures: 0, nextAttemptAt: s.now() },
    });
    const told = { before, after: { ...after, ...(secret ? { secret: 'replaced' } : {}) } };
    return changed({}, { action: 'sink.change', target: sinkTarget(sink), ...told });
  });
}
