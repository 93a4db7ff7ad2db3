import 'server-only';
import { parseQuery } from '@toolgate/audit/query/parse';
import { countPendingApprovals } from '@toolgate/services/approval/read';
import { countCalls } from '@toolgate/services/audit/count-calls';
import { listEvents } from '@toolgate/services/audit/read';
import { listGrants } from '@toolgate/services/grant/read';
import { readOverview } from '@toolgate/services/overview/read';
import { listServers } from '@toolgate/services/server/read';
import { services } from '@/server/services';
import type { Member } from '@/server/session';
import { countLimits, needsYou } from './needs-you.ts';
import type { CallBucket } from './stack-bars.ts';

/** Everything that the overview shows, read at once. */
export async function loadOverview({ actor, organization }: Member) {
  const s = services();
  const [overview, spans, grants, servers, limited, waiting] = await Promise.all([
    readOverview(s, actor),
    countCalls(s, actor, { since: '24h', buckets: 24 }),
    listGrants(s, actor),
    listServers(s, actor),
    listEvents(s, actor, { query: parseQuery('decision:limited since:24h').query, limit: 500 }),
    countPendingApprovals(s, actor),
  ]);
  const buckets: CallBucket[] = spans.map(
    ({ start, end, counts: { allowed, approved, limited: full, denied, pending, expired, rejected, unauthenticated } }) => ({
      start: start.toISOString(),
      end: end.toISOString(),
      counts: { allowed: allowed + approved, limited: full, denied, pending: pending + expired, other: rejected + unauthenticated },
    }),
  );
  const needs = needsYou({
    organization: organization.slug,
    attention: overview.attention.map((one) => (one.kind === 'grant_expires' ? { ...one, expiresAt: one.expiresAt.toISOString() } : one)),
    grants: grants.map(({ id, label, state, createdAt, lastUsedAt }) => ({
      id,
      label,
      state,
      createdAt: createdAt.getTime(),
      used: lastUsedAt !== null,
    })),
    servers: servers.map(({ slug, name, pausedAt }) => ({ slug, name, paused: pausedAt !== null })),
    limits: countLimits(limited.events, limited.more),
    waiting,
    now: s.now().getTime(),
  });
  return { overview, buckets, needs };
}
