import { type AuditFilter, filterMoment } from '@toolgate/audit/filter';
import type { Prisma } from '@toolgate/db/client';

/** The query that a filter means. Within one list any value may match, between lists all must. */
export function filterQuery(organizationId: string, filter: AuditFilter, now: Date): Prisma.AuditEventWhereInput {
  const { decision, outcome, tool, grant, server, kind, text } = filter;
  const all: Prisma.AuditEventWhereInput[] = [];
  if (decision?.length) all.push({ decision: { in: decision } });
  if (outcome?.length) all.push({ outcome: { in: outcome } });
  if (tool?.length) all.push({ tool: { in: tool } });
  if (grant?.length) all.push({ OR: [{ grant: { in: grant } }, { grantId: { in: grant } }] });
  if (server?.length) all.push({ OR: [{ server: { in: server } }, { serverId: { in: server } }] });
  if (kind) all.push({ kind });
  const at = { ...moment('gte', filter.since, now), ...moment('lte', filter.until, now) };
  if (at.gte || at.lte) all.push({ at });
  if (text) all.push({ OR: SEARCHED.map((field) => ({ [field]: { contains: text, mode: 'insensitive' } })) });
  return { organizationId, AND: all };
}

const SEARCHED = ['tool', 'grant', 'server', 'message', 'code', 'client', 'actor', 'action', 'requestId'] as const;

function moment(bound: 'gte' | 'lte', text: string | undefined, now: Date): { gte?: Date; lte?: Date } {
  const at = text === undefined ? null : filterMoment(text, now.getTime());
  return at ? { [bound]: at } : {};
}
