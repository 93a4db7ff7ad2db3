import type { Transaction } from '@toolgate/db/database';
import type { Actor, Services } from '../context.ts';
import type { DiscoveryFailure } from '../server/save-discovery.ts';

/** Something that somebody should look at. */
export type Attention =
  | { kind: 'organization_paused' }
  /** Saved, but the ledger could not be told yet. */
  | { kind: 'not_in_force' }
  | { kind: 'server_failing'; serverId: string; slug: string; name: string; message: string }
  | { kind: 'tools_quarantined'; serverId: string; slug: string; name: string; count: number }
  | { kind: 'grant_expires'; grantId: string; label: string; expiresAt: Date };

export interface Overview {
  servers: { total: number; ready: number; discovering: number; failing: number };
  tools: { active: number; quarantined: number };
  policies: number;
  /** Not revoked. */
  grants: number;
  /** What of the way to the first call is done. */
  steps: { server: boolean; policy: boolean; grant: boolean; call: boolean };
  lastCallAt: Date | null;
  inForce: boolean;
  attention: Attention[];
}

const SOON_MS = 7 * 86_400_000;

/** Where the organization stands, and what needs attention. */
export function readOverview(s: Pick<Services, 'db' | 'now'>, actor: Actor): Promise<Overview> {
  const { organizationId } = actor;
  return s.db.forOrganization(organizationId, async (tx) => {
    const { pausedAt, epoch, publishedEpoch } = await tx.organization.findUniqueOrThrow({ where: { id: organizationId } });
    const servers = await readServers(tx, organizationId);
    const policies = await tx.policy.count({ where: { organizationId } });
    const grants = await tx.grant.count({ where: { organizationId, revokedAt: null } });
    const lastCall = await tx.auditEvent.findFirst({
      where: { organizationId, kind: 'call' },
      orderBy: { seq: 'desc' },
      select: { at: true },
    });
    const soon = new Date(s.now().getTime() + SOON_MS);
    const expiring = await tx.grant.findMany({
      where: { organizationId, revokedAt: null, expiresAt: { gt: s.now(), lte: soon } },
      orderBy: { expiresAt: 'asc' },
      take: 10,
    });
    const inForce = publishedEpoch >= epoch;
    return {
      servers: countOf(servers),
      tools: { active: sum(servers, 'active'), quarantined: sum(servers, 'quarantined') },
      policies,
      grants,
      steps: { server: servers.length > 0, policy: policies > 0, grant: grants > 0, call: lastCall !== null },
      lastCallAt: lastCall?.at ?? null,
      inForce,
      attention: [
        ...(pausedAt ? [{ kind: 'organization_paused' } as const] : []),
        ...(inForce ? [] : [{ kind: 'not_in_force' } as const]),
        ...servers.flatMap(attentionOf),
        ...expiring.flatMap(({ id: grantId, label, expiresAt }) =>
          expiresAt ? [{ kind: 'grant_expires', grantId, label, expiresAt } as const] : [],
        ),
      ],
    };
  });
}

interface ServerState {
  id: string;
  slug: string;
  name: string;
  status: 'discovering' | 'ready' | 'failing';
  failure: unknown;
  active: number;
  quarantined: number;
}

async function readServers(tx: Transaction, organizationId: string): Promise<ServerState[]> {
  const select = { id: true, slug: true, name: true, status: true, failure: true } as const;
  const rows = await tx.server.findMany({ where: { organizationId }, select, orderBy: { name: 'asc' } });
  const tools = await tx.tool.groupBy({ by: ['serverId', 'state'], where: { organizationId }, _count: { _all: true } });
  const counted = (serverId: string, state: string) =>
    tools.find((group) => group.serverId === serverId && group.state === state)?._count._all ?? 0;
  return rows.map((row) => ({ ...row, active: counted(row.id, 'active'), quarantined: counted(row.id, 'quarantined') }));
}

function attentionOf({ id: serverId, slug, name, status, failure, quarantined }: ServerState): Attention[] {
  const found: Attention[] = [];
  if (status === 'failing') {
    const message = (failure as DiscoveryFailure | null)?.message ?? 'The server cannot be reached.';
    found.push({ kind: 'server_failing', serverId, slug, name, message });
  }
  if (quarantined > 0) found.push({ kind: 'tools_quarantined', serverId, slug, name, count: quarantined });
  return found;
}

function countOf(servers: readonly ServerState[]): Overview['servers'] {
  const count = (status: ServerState['status']) => servers.filter((server) => server.status === status).length;
  return { total: servers.length, ready: count('ready'), discovering: count('discovering'), failing: count('failing') };
}

function sum(servers: readonly ServerState[], what: 'active' | 'quarantined'): number {
  return servers.reduce((total, server) => total + server[what], 0);
}
