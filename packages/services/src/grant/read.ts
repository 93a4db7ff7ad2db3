import type { GrantKind } from '@toolgate/db/client';
import type { Actor, Services } from '../context.ts';

export interface GrantRead {
  id: string;
  label: string;
  kind: GrantKind;
  /** What counts first: revoked, expired, paused, active. */
  state: 'active' | 'paused' | 'expired' | 'revoked';
  tokenPrefix: string;
  createdBy: string;
  createdAt: Date;
  expiresAt: Date | null;
  pausedAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
  lastClient: string | null;
  servers: GrantServerRead[];
}

export interface GrantServerRead {
  serverId: string;
  serverSlug: string;
  serverName: string;
  policyId: string;
  policySlug: string;
  policyName: string;
  policyVersion: number;
}

const SERVERS = {
  servers: {
    include: {
      server: { select: { slug: true, name: true } },
      policy: { select: { slug: true, name: true, currentVersion: true } },
    },
  },
} as const;

/** The organization's grants, newest first, at most 1000; revoked ones only when asked for. */
export function listGrants(s: Pick<Services, 'db' | 'now'>, actor: Actor, { revoked = false } = {}): Promise<GrantRead[]> {
  const { organizationId } = actor;
  const where = { organizationId, ...(revoked ? {} : { revokedAt: null }) };
  return s.db.forOrganization(organizationId, async (tx) => {
    const rows = await tx.grant.findMany({ where, include: SERVERS, orderBy: { id: 'desc' }, take: 1000 });
    return rows.map((row) => grantOf(row, s.now()));
  });
}

/** One grant by id; null when the organization has none such. */
export function readGrant(s: Pick<Services, 'db' | 'now'>, actor: Actor, id: string): Promise<GrantRead | null> {
  const { organizationId } = actor;
  return s.db.forOrganization(organizationId, async (tx) => {
    const row = await tx.grant.findUnique({ where: { organizationId_id: { organizationId, id } }, include: SERVERS });
    return row && grantOf(row, s.now());
  });
}

/** The grant that is not revoked with this label; null when there is none. */
export function findGrantByLabel(s: Pick<Services, 'db' | 'now'>, actor: Actor, label: string): Promise<GrantRead | null> {
  const { organizationId } = actor;
  return s.db.forOrganization(organizationId, async (tx) => {
    const row = await tx.grant.findFirst({ where: { organizationId, label, revokedAt: null }, include: SERVERS });
    return row && grantOf(row, s.now());
  });
}

interface GrantRow extends Omit<GrantRead, 'state' | 'servers'> {
  servers: {
    serverId: string;
    policyId: string;
    server: { slug: string; name: string };
    policy: { slug: string; name: string; currentVersion: number };
  }[];
}

function grantOf(row: GrantRow, now: Date): GrantRead {
  const { id, label, kind, tokenPrefix, createdBy, createdAt, expiresAt, pausedAt, revokedAt, lastUsedAt, lastClient } = row;
  const servers = row.servers.map(({ serverId, policyId, server, policy }) => ({
    ...{ serverId, serverSlug: server.slug, serverName: server.name },
    ...{ policyId, policySlug: policy.slug, policyName: policy.name, policyVersion: policy.currentVersion },
  }));
  servers.sort((a, b) => a.serverName.localeCompare(b.serverName));
  const state = stateOf(row, now);
  return { id, label, kind, state, tokenPrefix, createdBy, createdAt, expiresAt, pausedAt, revokedAt, lastUsedAt, lastClient, servers };
}

function stateOf({ revokedAt, expiresAt, pausedAt }: GrantRow, now: Date): GrantRead['state'] {
  if (revokedAt) return 'revoked';
  if (expiresAt && expiresAt <= now) return 'expired';
  return pausedAt ? 'paused' : 'active';
}
