import 'server-only';
import type { AuditEvent } from '@toolgate/audit/event';
import { parseAuditFilter } from '@toolgate/audit/filter';
import { exportEvents as readExport } from '@toolgate/services/audit/export';
import type { Actor } from '@toolgate/services/context';
import { services } from '@/server/services';
import { CSV_HEADER, eventCsv } from './event-csv.ts';

const FORMATS = {
  csv: { type: 'text/csv; charset=utf-8', head: CSV_HEADER, line: eventCsv },
  jsonl: { type: 'application/jsonl; charset=utf-8', head: '', line: (event: AuditEvent) => `${JSON.stringify(event)}\n` },
} as const;

/** Streams what the filter matches as CSV or JSON lines, page by page, as fast as it is read. */
export async function exportEvents(actor: Actor, slug: string, params: URLSearchParams): Promise<Response> {
  const format = params.get('format') ?? 'jsonl';
  if (format !== 'csv' && format !== 'jsonl') return Response.json({ message: 'format is csv or jsonl.' }, { status: 400 });
  const { filter, problems } = parseAuditFilter(params, ['format']);
  // An export that silently left a filter out would hold what nobody asked for.
  if (problems[0]) return Response.json({ message: problems[0].message }, { status: 400 });
  const result = await readExport(services(), actor, filter);
  if (!result.ok) return Response.json({ message: result.refusal.message }, { status: result.refusal.code === 'forbidden' ? 403 : 400 });
  const day = new Date().toISOString().slice(0, 10);
  return new Response(textStream(result.value, FORMATS[format]), {
    headers: {
      'content-type': FORMATS[format].type,
      'content-disposition': `attachment; filename="${slug}-audit-${day}.${format}"`,
      'cache-control': 'no-store',
    },
  });
}

function textStream(
  events: AsyncIterable<AuditEvent>,
  { head, line }: { head: string; line(event: AuditEvent): string },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const reading = events[Symbol.asyncIterator]();
  let begun = false;
  return new ReadableStream({
    async pull(controller) {
      if (!begun && head) controller.enqueue(encoder.encode(head));
      begun = true;
      const { done, value } = await reading.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(line(value)));
    },
    async cancel() {
      await reading.return?.();
    },
  });
}
