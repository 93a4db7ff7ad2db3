import 'server-only';
import { parseQuery } from '@toolgate/audit/query/parse';
import type { AuditQuery } from '@toolgate/audit/query/query';
import { type Facets, readFacets } from '@toolgate/services/audit/facets';
import { type Histogram, readHistogram } from '@toolgate/services/audit/histogram';
import type { Actor } from '@toolgate/services/context';
import { services } from '@/server/services';
import { withFixed } from './fixed-query.ts';

/** What is counted of a query, for the facets and the histogram. */
export interface Counts {
  facets: Facets;
  histogram: Histogram | null;
}

export async function countsOf(actor: Actor, query: AuditQuery): Promise<Counts> {
  const [facets, histogram] = await Promise.all([readFacets(services(), actor, { query }), readHistogram(services(), actor, { query })]);
  return { facets, histogram };
}

/** Answers the counts as JSON; what of the query was not understood does not count. */
export async function readCounts(actor: Actor, params: URLSearchParams): Promise<Response> {
  const query = withFixed(parseQuery(params.get('q') ?? '').query, params.get('changes') === '1');
  return Response.json(await countsOf(actor, query), { headers: { 'cache-control': 'no-store' } });
}
