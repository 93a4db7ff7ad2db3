import 'server-only';
import type { Actor } from '@toolgate/services/context';
import { readPolicy } from '@toolgate/services/policy/read';
import { type LoggedCall, MOST_CALLS, recordedCalls, recordedCallsWithValues } from '@toolgate/services/policy/recorded-calls';
import { services } from '@/server/services';

const DAY_MS = 86_400_000;

/**
 * The policy's last calls (`last`, and with `days` none older) as JSON lines, newest first, page by page as they are read; with `values=1`
 * with the captured values of their arguments, which is recorded, for who may read them.
 */
export async function streamCalls(actor: Actor, slug: string, params: URLSearchParams): Promise<Response> {
  const [last, days] = [Number(params.get('last') ?? MOST_CALLS), Number(params.get('days') ?? 0)];
  if (!Number.isInteger(last) || last < 1 || last > MOST_CALLS || !(days >= 0 && days <= 365))
    return Response.json({ message: `last is between 1 and ${MOST_CALLS}, days between 0 and 365.` }, { status: 400 });
  const policy = await readPolicy(services(), actor, slug);
  if (!policy) return Response.json({ message: 'Not found.' }, { status: 404 });
  const since = days > 0 ? { since: new Date(Date.now() - days * DAY_MS) } : {};
  const asked = { policyId: policy.id, most: last, ...since };
  const pages = params.get('values') === '1' ? recordedCallsWithValues(services(), actor, asked) : recordedCalls(services(), actor, asked);
  return new Response(lines(pages), { headers: { 'content-type': 'application/jsonl; charset=utf-8', 'cache-control': 'no-store' } });
}

function lines(pages: AsyncGenerator<LoggedCall[]>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pages.next();
      if (done) return controller.close();
      controller.enqueue(encoder.encode(value.map((call) => `${JSON.stringify(call)}\n`).join('')));
    },
    async cancel() {
      await pages.return(undefined);
    },
  });
}
