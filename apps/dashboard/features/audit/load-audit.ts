import 'server-only';
import { type AuditFilter, parseAuditFilter } from '@toolgate/audit/filter';
import { listEvents, readEvent } from '@toolgate/services/audit/read';
import { listGrants } from '@toolgate/services/grant/read';
import { may } from '@toolgate/services/permission';
import { listPolicies } from '@toolgate/services/policy/read';
import { listServers } from '@toolgate/services/server/read';
import { services } from '@/server/services';
import type { Member } from '@/server/session';
import type { ExplorerProps } from './audit-explorer.tsx';
import { openEvent, PAGE_KEYS } from './audit-href.ts';

/** What Next gives a page of its URL's query. */
export type Query = Record<string, string | string[] | undefined>;

/** Rows of the first page, and of each one after. */
export const PAGE_SIZE = 50;

/** Everything that the explorer shows first. `fixed` holds whatever the URL says. */
export async function loadAudit(
  member: Member,
  query: Query,
  fixed: AuditFilter = {},
): Promise<Omit<ExplorerProps, 'path' | 'empty' | 'header'>> {
  const { actor, organization } = member;
  const s = services();
  const pairs = pairsOf(query);
  const { filter: asked, problems } = parseAuditFilter(pairs, PAGE_KEYS);
  const filter = { ...asked, ...fixed };
  const name = openEvent(pairs.find(([key]) => key === 'event')?.[1]);
  const [first, named, grants, servers, policies] = await Promise.all([
    listEvents(s, actor, { filter, limit: PAGE_SIZE }),
    name === null ? null : readEvent(s, actor, name),
    listGrants(s, actor, { revoked: true }),
    listServers(s, actor),
    listPolicies(s, actor),
  ]);
  const missing = name !== null && named === null ? [`There is no event ${name} in this organization.`] : [];
  return {
    organization: organization.slug,
    filter,
    diagnostics: [...problems.map(({ key, value, message }) => `“${key}=${value}” does not filter: ${message}`), ...missing],
    first,
    named,
    options: {
      grants: grants.map(({ id, label, revokedAt }) => ({ id, label: revokedAt ? `${label} (revoked)` : label })),
      servers: servers.map(({ id, name }) => ({ id, name })),
      tools: [...new Set(first.events.flatMap(({ tool }) => tool ?? []))].sort(),
    },
    policySlugs: Object.fromEntries(policies.map(({ id, slug }) => [id, slug])),
    mayExport: may(actor, 'audit.export'),
  };
}

const pairsOf = (query: Query): [string, string][] =>
  Object.entries(query).flatMap(([key, value]) => [value ?? []].flat().map((one): [string, string] => [key, one]));
