import type { PolicySchedule, PolicyVersion } from '@toolgate/db/client';
import type { Actor, Services } from '../context.ts';

export interface PolicySummary {
  id: string;
  slug: string;
  name: string;
  currentVersion: number;
  /** When the version in force was published, and by whom. */
  publishedAt: Date;
  publishedBy: string;
  createdAt: Date;
  /** The grants that are not revoked and the servers on which it governs them. */
  uses: { grantId: string; grant: string; serverId: string; server: string }[];
}

export interface PolicyRead extends PolicySummary {
  /** The document in force, exactly as it was saved. */
  source: string;
  /** The version in its shadow period, if there is one. */
  shadow: ShadowPeriod | null;
  /** The highest number of its versions, in force or not. */
  newestVersion: number;
}

/** A version that is decided by beside the one in force, and only recorded; at `until` it takes force by itself. */
export interface ShadowPeriod {
  version: number;
  since: Date;
  until: Date;
  by: string;
  source: string;
  message: string;
  /** Tests that keep it from taking force, by name. */
  blockedBy: string[];
}

export interface VersionSummary {
  number: number;
  message: string;
  authorName: string;
  createdAt: Date;
  /** Who took it out of its shadow period, so that it never took force; null: nobody did. */
  withdrawnBy: string | null;
}

const USES = {
  grants: {
    where: { grant: { revokedAt: null } },
    select: {
      grantId: true,
      serverId: true,
      grant: { select: { label: true } },
      server: { select: { slug: true } },
    },
  },
} as const;

const VERSION = { number: true, message: true, authorName: true, createdAt: true, withdrawnBy: true } as const;

/** All policies of the organization, by name. */
export function listPolicies(s: Pick<Services, 'db'>, actor: Actor): Promise<PolicySummary[]> {
  const { organizationId } = actor;
  return s.db.forOrganization(organizationId, async (tx) => {
    const rows = await tx.policy.findMany({ where: { organizationId }, include: USES, orderBy: [{ name: 'asc' }, { id: 'asc' }] });
    const current = await tx.policyVersion.findMany({
      where: { organizationId, OR: rows.map((row) => ({ policyId: row.id, number: row.currentVersion })) },
      select: { policyId: true, ...VERSION },
    });
    const byPolicy = new Map(current.map((version) => [version.policyId, version]));
    return rows.map((row) => summaryOf(row, byPolicy.get(row.id)));
  });
}

/** One policy by slug or id with the document in force; null when the organization has none such. */
export function readPolicy(s: Pick<Services, 'db'>, actor: Actor, slugOrId: string): Promise<PolicyRead | null> {
  const { organizationId } = actor;
  return s.db.forOrganization(organizationId, async (tx) => {
    const where = { organizationId, OR: [{ slug: slugOrId }, { id: slugOrId }] };
    const row = await tx.policy.findFirst({ where, include: { ...USES, schedule: { include: { version: true } } } });
    if (!row) return null;
    const number = row.currentVersion;
    const key = { organizationId_policyId_number: { organizationId, policyId: row.id, number } };
    const version = await tx.policyVersion.findUnique({ where: key });
    if (!version) return null;
    const newest = await tx.policyVersion.aggregate({ where: { organizationId, policyId: row.id }, _max: { number: true } });
    const { source } = version;
    return { ...summaryOf(row, version), source, shadow: shadowOf(row.schedule), newestVersion: newest._max.number ?? number };
  });
}

/** Versions of a policy, newest first. */
export function listVersions(
  s: Pick<Services, 'db'>,
  actor: Actor,
  { policyId, before, limit = 100 }: { policyId: string; before?: number; limit?: number },
): Promise<VersionSummary[]> {
  const { organizationId } = actor;
  const where = { organizationId, policyId, ...(before === undefined ? {} : { number: { lt: before } }) };
  return s.db.forOrganization(organizationId, (tx) =>
    tx.policyVersion.findMany({ where, select: VERSION, orderBy: { number: 'desc' }, take: Math.min(limit, 500) }),
  );
}

/** One version with its document; null when there is none such. */
export function readVersion(
  s: Pick<Services, 'db'>,
  actor: Actor,
  { policyId, number }: { policyId: string; number: number },
): Promise<(VersionSummary & { source: string }) | null> {
  const { organizationId } = actor;
  if (!Number.isSafeInteger(number) || number < 1 || number > 2_147_483_647) return Promise.resolve(null);
  return s.db.forOrganization(organizationId, (tx) =>
    tx.policyVersion.findUnique({
      where: { organizationId_policyId_number: { organizationId, policyId, number } },
      select: { ...VERSION, source: true },
    }),
  );
}

function shadowOf(schedule: (PolicySchedule & { version: PolicyVersion }) | null): ShadowPeriod | null {
  if (!schedule) return null;
  const { shadowVersion, at, createdAt, createdBy, blockedBy, version } = schedule;
  const { source, message } = version;
  return { version: shadowVersion, since: createdAt, until: at, by: createdBy, source, message, blockedBy };
}

interface PolicyRow extends Pick<PolicySummary, 'id' | 'slug' | 'name' | 'currentVersion' | 'createdAt'> {
  grants: { grantId: string; serverId: string; grant: { label: string }; server: { slug: string } }[];
}

function summaryOf(row: PolicyRow, version: VersionSummary | undefined): PolicySummary {
  const { id, slug, name, currentVersion, createdAt } = row;
  const uses = row.grants.map(({ grantId, serverId, grant, server }) => ({ grantId, grant: grant.label, serverId, server: server.slug }));
  const publishedAt = version?.createdAt ?? createdAt;
  return { id, slug, name, currentVersion, publishedAt, publishedBy: version?.authorName ?? '', createdAt, uses };
}
