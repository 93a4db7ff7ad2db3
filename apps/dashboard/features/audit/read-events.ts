import 'server-only';
import { parseAuditFilter } from '@toolgate/audit/filter';
import { listEvents } from '@toolgate/services/audit/read';
import type { Actor } from '@toolgate/services/context';
import { services } from '@/server/services';
import { PAGE_SIZE } from './load-audit.ts';

/** How many rows a live view that was away reads at once. */
const CATCH_UP = 500;

/** Answers a page of events as JSON: `before` or `after` a sequence number, filtered as the page is. */
export async function readEvents(actor: Actor, params: URLSearchParams): Promise<Response> {
  const { filter, problems } = parseAuditFilter(params, ['before', 'after']);
  if (problems[0]) return Response.json({ message: problems[0].message }, { status: 400 });
  const before = seqOf(params.get('before'));
  const after = before === undefined ? seqOf(params.get('after')) : undefined;
  const page = await listEvents(services(), actor, { filter, before, after, limit: after === undefined ? PAGE_SIZE : CATCH_UP });
  return Response.json(page, { headers: { 'cache-control': 'no-store' } });
}

function seqOf(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
