import 'server-only';
import { QUERY_KEY, strayKeys } from '@toolgate/audit/query/address';
import { parseQuery } from '@toolgate/audit/query/parse';
import { listViews } from '@toolgate/services/audit/list-views';
import { listEvents, readEvent } from '@toolgate/services/audit/read';
import { may } from '@toolgate/services/permission';
import { listPolicies } from '@toolgate/services/policy/read';
import { services } from '@/server/services';
import type { Member } from '@/server/session';
import type { ExplorerProps } from './audit-explorer.tsx';
import { openEvent, PAGE_KEYS } from './audit-href.ts';
import { withFixed } from './fixed-query.ts';
import { type Counts, countsOf } from './read-counts.ts';

/** What Next gives a page of its URL's query. */
export type Query = Record<string, string | string[] | undefined>;

/** Rows of the first page, and of each one after. */
export const PAGE_SIZE = 50;

/** The page waits so long for its counts; later ones the browser asks for itself. */
const COUNTS_MS = 300;

/** Everything that the explorer shows first. */
export async function loadAudit(
  member: Member,
  given: Query,
  changesOnly = false,
): Promise<Omit<ExplorerProps, 'path' | 'empty' | 'header' | 'changesOnly'>> {
  const { actor, organization } = member;
  const s = services();
  const pairs = pairsOf(given);
  const parameter = (key: string) => pairs.find(([name]) => name === key)?.[1];
  const text = parameter(QUERY_KEY) ?? '';
  const query = withFixed(parseQuery(text).query, changesOnly);
  const name = openEvent(parameter('event'));
  const [first, named, policies, views, counts] = await Promise.all([
    listEvents(s, actor, { query, limit: PAGE_SIZE }),
    name === null ? null : readEvent(s, actor, name),
    listPolicies(s, actor),
    listViews(s, actor),
    soon(countsOf(actor, query)),
  ]);
  const missing = name !== null && named === null ? [`There is no event ${name} in this organization.`] : [];
  return {
    organization: organization.slug,
    text,
    notices: [...strayKeys(pairs, PAGE_KEYS), ...missing],
    first,
    named,
    counts,
    views,
    policySlugs: Object.fromEntries(policies.map(({ id, slug }) => [id, slug])),
    mayExport: may(actor, 'audit.export'),
    mayManageViews: may(actor, 'audit.view.manage'),
    mayCapture: may(actor, 'audit.capture'),
  };
}

const pairsOf = (query: Query): [string, string][] =>
  Object.entries(query).flatMap(([key, value]) => [value ?? []].flat().map((one): [string, string] => [key, one]));

/** Null when it is not there in time, or failed: the list does not wait for the counts. */
async function soon(counts: Promise<Counts>): Promise<Counts | null> {
  const late = new Promise<null>((resolve) => setTimeout(resolve, COUNTS_MS, null));
  return Promise.race([counts.catch(() => null), late]);
}
