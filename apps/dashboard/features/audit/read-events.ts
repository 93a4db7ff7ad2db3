import 'server-only';
import { parseQuery } from '@toolgate/audit/query/parse';
import { listEvents } from '@toolgate/services/audit/read';
import type { Actor } from '@toolgate/services/context';
import { services } from '@/server/services';
import { withFixed } from './fixed-query.ts';
import { PAGE_SIZE } from './load-audit.ts';

/** How many rows a live view that was away reads at once. */
const CATCH_UP = 500;

/** Answers a page of events as JSON: `before` or `after` a sequence number, narrowed as the page is. */
export async function readEvents(actor: Actor, params: URLSearchParams): Promise<Response> {
  const query = withFixed(parseQuery(params.get('q') ?? '').query, params.get('changes') === '1');
  const before = seqOf(params.get('before'));
  const after = before === undefined ? seqOf(params.get('after')) : undefined;
  const page = await listEvents(services(), actor, { query, before, after, limit: after === undefined ? PAGE_SIZE : CATCH_UP });
  return Response.json(page, { headers: { 'cache-control': 'no-store' } });
}

function seqOf(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
