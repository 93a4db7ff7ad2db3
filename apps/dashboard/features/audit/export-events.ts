import 'server-only';
import { createHash } from 'node:crypto';
import type { AuditEvent } from '@toolgate/audit/event';
import { endLine } from '@toolgate/audit/export-manifest';
import { parseQuery } from '@toolgate/audit/query/parse';
import { printQuery } from '@toolgate/audit/query/print';
import { exportEvents as readExport } from '@toolgate/services/audit/export';
import { sealExport } from '@toolgate/services/audit/export-seal';
import type { Actor } from '@toolgate/services/context';
import { services } from '@/server/services';
import { CSV_HEADER, eventCsv } from './event-csv.ts';
import { MANIFEST_MARK } from './export-manifest.ts';
import { withFixed } from './fixed-query.ts';

const FORMATS = {
  csv: { type: 'text/csv; charset=utf-8', head: CSV_HEADER, line: eventCsv },
  jsonl: { type: 'application/jsonl; charset=utf-8', head: '', line: (event: AuditEvent) => `${JSON.stringify(event)}\n` },
} as const;
type Format = keyof typeof FORMATS;

/**
 * Streams what the query means as CSV or JSON lines, page by page, as fast as it is read. JSON lines end with the event that says what they
 * are; with `manifest=1` the file is followed by a mark and its manifest.
 */
export async function exportEvents(actor: Actor, slug: string, params: URLSearchParams): Promise<Response> {
  const format = params.get('format') ?? 'jsonl';
  if (format !== 'csv' && format !== 'jsonl') return Response.json({ message: 'format is csv or jsonl.' }, { status: 400 });
  const stray = [...params.keys()].find((key) => !['q', 'format', 'changes', 'manifest'].includes(key));
  // An export that silently left a filter out would hold what nobody asked for.
  if (stray) return Response.json({ message: `There is no parameter named ${stray}: write the filter into q.` }, { status: 400 });
  const text = params.get('q') ?? '';
  const { query, problems } = parseQuery(text);
  if (problems[0]) return Response.json({ message: problems[0].message }, { status: 400 });
  const asked = params.get('changes') === '1' ? printQuery(withFixed(query, true)) : text;
  const result = await readExport(services(), actor, asked);
  if (!result.ok) return Response.json({ message: result.refusal.message }, { status: result.refusal.code === 'forbidden' ? 403 : 400 });
  const day = new Date().toISOString().slice(0, 10);
  const withManifest = params.get('manifest') === '1';
  const end = (content: Content) => seal(actor, { format, query: asked, ...content }, withManifest);
  return new Response(textStream(result.value, format, format === 'jsonl' || withManifest ? end : null), {
    headers: {
      'content-type': FORMATS[format].type,
      'content-disposition': `attachment; filename="${slug}-audit-${day}.${format}"`,
      'cache-control': 'no-store',
    },
  });
}

interface Content {
  count: number;
  first: number | null;
  last: number | null;
  sha256: string;
}

/** What follows the events. Throws, which breaks the download off, rather than let a file end as if it were whole. */
async function seal(actor: Actor, content: Content & { format: Format; query: string }, withManifest: boolean): Promise<string> {
  const sealed = await sealExport(services(), actor, content);
  if (!sealed.ok) throw new Error(sealed.refusal.message);
  const line = content.format === 'jsonl' ? (endLine(sealed.value) ?? '') : '';
  return withManifest ? `${line}${MANIFEST_MARK}${JSON.stringify(sealed.value)}` : line;
}

function textStream(
  events: AsyncIterable<AuditEvent>,
  format: Format,
  end: ((content: Content) => Promise<string>) | null,
): ReadableStream<Uint8Array> {
  const { head, line } = FORMATS[format];
  const encoder = new TextEncoder();
  const reading = events[Symbol.asyncIterator]();
  const hash = createHash('sha256');
  const written = { count: 0, first: null as number | null, last: null as number | null };
  let pending: string = head;
  const send = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const bytes = encoder.encode(pending);
    pending = '';
    hash.update(bytes);
    if (bytes.length > 0) controller.enqueue(bytes);
  };
  return new ReadableStream({
    async pull(controller) {
      // About 16 KB at a time: a chunk for each line would cost more than the line.
      while (pending.length < 16_384) {
        const { done, value } = await reading.next();
        if (done) {
          send(controller);
          if (end) controller.enqueue(encoder.encode(await end({ ...written, sha256: hash.digest('hex') })));
          return controller.close();
        }
        pending += line(value);
        written.count++;
        written.first ??= value.seq;
        written.last = value.seq;
      }
      send(controller);
    },
    async cancel() {
      await reading.return?.();
    },
  });
}
