import type { AuditSinkKind } from '@toolgate/db/client';
import type { Actor, Services } from '../context.ts';

export interface SinkRead {
  id: string;
  name: string;
  kind: AuditSinkKind;
  url: string;
  headerName: string | null;
  /** The last four characters of its secret; null when it has none. */
  hint: string | null;
  createdBy: string;
  state: 'paused' | 'failing' | 'delivering' | 'current';
  /** The last event that it was given; 0: none. */
  deliveredSeq: number;
  /** How many events it has not been given yet. */
  lag: number;
  deliveredAt: string | null;
  lastError: string | null;
  lastErrorAt: string | null;
  /** Of a failing sink. */
  nextAttemptAt: string | null;
}

/** The sinks of the organization, by name, and how far each of them is. */
export function listSinks(s: Pick<Services, 'db'>, { organizationId }: Actor): Promise<SinkRead[]> {
  return s.db.forOrganization(organizationId, async (tx) => {
    const chain = await tx.auditChain.findUnique({ where: { organizationId } });
    const rows = await tx.auditSink.findMany({ where: { organizationId }, orderBy: [{ name: 'asc' }, { id: 'asc' }] });
    return rows.map((row) => {
      const { id, name, kind, url, headerName, hint, createdBy, deliveredAt, lastError, lastErrorAt, failures } = row;
      const lag = Math.max(0, Number((chain?.seq ?? 0n) - row.deliveredSeq));
      const state = row.pausedAt ? 'paused' : failures > 0 ? 'failing' : lag > 0 ? 'delivering' : 'current';
      return {
        ...{ id, name, kind, url, headerName, hint, createdBy, state, lag, lastError },
        deliveredSeq: Number(row.deliveredSeq),
        deliveredAt: deliveredAt?.toISOString() ?? null,
        lastErrorAt: lastErrorAt?.toISOString() ?? null,
        nextAttemptAt: state === 'failing' ? row.nextAttemptAt.toISOString() : null,
      };
    });
  });
}
