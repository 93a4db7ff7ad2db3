import type { Services } from '../context.ts';

/** The organization's epochs, and the records that its changes left. */
export function stateOf(s: Services, id: string) {
  return s.db.forOrganization(id, async (tx) => {
    const { epoch, publishedEpoch } = await tx.organization.findUniqueOrThrow({ where: { id } });
    const records = await tx.auditRecord.findMany({ orderBy: { id: 'desc' } });
    return { epoch, publishedEpoch, records: records.length, last: records[0]?.record as { facts: { detail: object } } | undefined };
  });
}
