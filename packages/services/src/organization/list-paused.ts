import type { Actor, Services } from '../context.ts';

export interface PausedThing {
  kind: 'organization' | 'server' | 'grant';
  id: string;
  /** For its address. */
  slug: string;
  name: string;
  since: Date;
  /** Null: it was paused before this was kept. */
  by: string | null;
  reason: string | null;
}

/** Everything that is paused now, the widest first: what the banner shows until it is lifted. */
export function listPaused(s: Pick<Services, 'db'>, actor: Actor): Promise<PausedThing[]> {
  const { organizationId } = actor;
  return s.db.forOrganization(organizationId, async (tx) => {
    const where = { organizationId, pausedAt: { not: null } };
    const [organization, servers, grants] = [
      await tx.organization.findMany({ where: { id: organizationId, pausedAt: { not: null } } }),
      await tx.server.findMany({ where, orderBy: { pausedAt: 'asc' }, take: MOST }),
      await tx.grant.findMany({ where: { ...where, revokedAt: null }, orderBy: { pausedAt: 'asc' }, take: MOST }),
    ];
    return [
      ...organization.map((row) => thing('organization', row, row.slug, row.name)),
      ...servers.map((row) => thing('server', row, row.slug, row.name)),
      ...grants.map((row) => thing('grant', row, row.id, row.label)),
    ];
  });
}

const MOST = 50;

interface PausedRow {
  id: string;
  pausedAt: Date | null;
  pausedBy: string | null;
  pauseReason: string | null;
}

const thing = (kind: PausedThing['kind'], { id, pausedAt, pausedBy, pauseReason }: PausedRow, slug: string, name: string): PausedThing => ({
  kind,
  id,
  slug,
  name,
  since: pausedAt as Date,
  by: pausedBy,
  reason: pauseReason,
});
