import type { Actor, Services } from '../context.ts';

export interface SavedView {
  id: string;
  name: string;
  /** In the grammar of the audit log. */
  query: string;
  createdBy: string;
}

/** The organization's saved views, by name. */
export async function listViews(s: Pick<Services, 'db'>, actor: Actor): Promise<SavedView[]> {
  const { organizationId } = actor;
  return s.db.forOrganization(organizationId, (tx) =>
    tx.auditView.findMany({
      where: { organizationId },
      orderBy: { name: 'asc' },
      select: { id: true, name: true, query: true, createdBy: true },
    }),
  );
}
