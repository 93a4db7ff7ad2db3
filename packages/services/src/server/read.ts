import { riskOf } from '@toolgate/catalogue/category';
import type { ServerStatus, ServerTransport, ToolCategory, ToolRisk, ToolState } from '@toolgate/db/client';
import type { Actor, Services } from '../context.ts';
import type { DiscoveryFailure } from './save-discovery.ts';

export interface ServerSummary {
  id: string;
  slug: string;
  name: string;
  transport: ServerTransport;
  url: string | null;
  managed: string | null;
  status: ServerStatus;
  failure: DiscoveryFailure | null;
  pausedAt: Date | null;
  /** When its tools were last listed; null: never yet. */
  discoveredAt: Date | null;
  createdAt: Date;
  toolCounts: Record<ToolState, number>;
  /** How many grants that are not revoked reach it. */
  grantCount: number;
}

export interface ToolRead {
  id: string;
  name: string;
  title: string | null;
  description: string;
  inputSchema: unknown;
  outputSchema: unknown;
  annotations: Record<string, unknown> | null;
  /** What counts: a person's choice, else the classifier's. The risk follows it. */
  category: ToolCategory;
  risk: ToolRisk;
  classifiedCategory: ToolCategory;
  categoryOverride: ToolCategory | null;
  evidence: { signal: string; detail: string }[];
  hash: string;
  state: ToolState;
  firstSeenAt: Date;
  changedAt: Date;
  /** Differences that nobody has looked at yet, newest first. */
  changes: { id: string; kind: 'added' | 'changed' | 'removed'; before: unknown; after: unknown; at: Date }[];
}

export interface ServerRead extends ServerSummary {
  serverInfo: unknown;
  protocolVersion: string | null;
  tools: ToolRead[];
  /** Never the values. */
  secrets: { name: string; hint: string; setBy: string; setAt: Date }[];
  grants: { id: string; label: string; policySlug: string }[];
}

const COUNTED = {
  tools: { select: { state: true } },
  _count: { select: { grants: { where: { grant: { revokedAt: null } } } } },
} as const;

/** All servers of the organization, by name. */
export function listServers(s: Pick<Services, 'db'>, actor: Actor): Promise<ServerSummary[]> {
  return s.db.forOrganization(actor.organizationId, async (tx) => {
    const { organizationId } = actor;
    const rows = await tx.server.findMany({ where: { organizationId }, include: COUNTED, orderBy: [{ name: 'asc' }, { id: 'asc' }] });
    return rows.map(summaryOf);
  });
}

/** One server by slug or id with everything about it, removed tools included; null when the organization has none such. */
export function readServer(s: Pick<Services, 'db'>, actor: Actor, slugOrId: string): Promise<ServerRead | null> {
  const { organizationId } = actor;
  return s.db.forOrganization(organizationId, async (tx) => {
    const row = await tx.server.findFirst({
      where: { organizationId, OR: [{ slug: slugOrId }, { id: slugOrId }] },
      include: {
        _count: COUNTED._count,
        tools: { orderBy: { name: 'asc' }, include: { changes: { where: { reviewedAt: null }, orderBy: { id: 'desc' } } } },
        secrets: { orderBy: { name: 'asc' }, select: { name: true, hint: true, setBy: true, setAt: true } },
        grants: {
          where: { grant: { revokedAt: null } },
          select: { grant: { select: { id: true, label: true } }, policy: { select: { slug: true } } },
        },
      },
    });
    if (!row) return null;
    const { serverInfo, protocolVersion, secrets } = row;
    const grants = row.grants.map(({ grant, policy }) => ({ ...grant, policySlug: policy.slug }));
    return { ...summaryOf(row), serverInfo, protocolVersion, tools: row.tools.map(toolOf), secrets, grants };
  });
}

interface SummaryRow extends Omit<ServerSummary, 'failure' | 'toolCounts' | 'grantCount'> {
  failure: unknown;
  tools: { state: ToolState }[];
  _count: { grants: number };
}

function summaryOf(row: SummaryRow): ServerSummary {
  const { id, slug, name, transport, url, managed, status, pausedAt, discoveredAt, createdAt } = row;
  const toolCounts = { active: 0, quarantined: 0, removed: 0 };
  for (const { state } of row.tools) toolCounts[state]++;
  const failure = status === 'failing' ? (row.failure as DiscoveryFailure | null) : null;
  const grantCount = row._count.grants;
  return { id, slug, name, transport, url, managed, status, failure, pausedAt, discoveredAt, createdAt, toolCounts, grantCount };
}

type ToolRow = Omit<ToolRead, 'risk' | 'classifiedCategory' | 'annotations' | 'evidence'> & { annotations: unknown; evidence: unknown };

function toolOf(row: ToolRow): ToolRead {
  const { id, name, title, description, inputSchema, outputSchema, hash, state, firstSeenAt, changedAt, categoryOverride } = row;
  const category = categoryOverride ?? row.category;
  return {
    ...{ id, name, title, description, inputSchema, outputSchema, hash, state, firstSeenAt, changedAt, categoryOverride },
    annotations: row.annotations as Record<string, unknown> | null,
    category,
    risk: riskOf(category),
    classifiedCategory: row.category,
    evidence: row.evidence as { signal: string; detail: string }[],
    changes: row.changes.map(({ id, kind, before, after, at }) => ({ id, kind, before, after, at })),
  };
}
