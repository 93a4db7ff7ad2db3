/** How long the audit explorer's reads take on the server, with a million (or `--events` …) events of one organization. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parseQuery } from '@toolgate/audit/query/parse';
import { createDatabase, type Database } from '@toolgate/db/database';
import { urlAsRole } from '@toolgate/db/url';
import { startPostgres } from '@toolgate/embedded/postgres';
import { readFacets } from '@toolgate/services/audit/facets';
import { readHistogram } from '@toolgate/services/audit/histogram';
import { listEvents } from '@toolgate/services/audit/read';
import type { Actor } from '@toolgate/services/context';
import { migrate } from '../migrate.ts';
import { seedEvents } from '../seed-audit/seed-events.ts';

/** What people ask: everything, the usual narrowing, what is rare, what is rare only together, and what no index knows. */
const QUERIES = [
  '',
  'since:24h',
  'decision:denied since:7d',
  'decision:limited,pending',
  'tool:image_to_image grant:ci',
  'tool:get_* -grant:ci since:7d',
  'outcome:timeout server:github',
  'kind:change',
  'decision:pending grant:sandbox server:github',
  'tool:nothing_of_this_name',
  'latency:>20000',
  'arg.sql -decision:allowed',
  '"try again in 7 s"',
  'client:Cursor* until:10d',
];

interface Figure {
  what: string;
  query: string;
  p50: number;
  p95: number;
  note: string;
}

export async function run(args: readonly string[] = []): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      events: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '20' },
      plans: { type: 'boolean', default: false },
      keep: { type: 'string' },
    },
  });
  const [events, rounds] = [Number(values.events), Number(values.rounds)];
  const folder = values.keep ?? mkdtempSync(path.join(os.tmpdir(), 'toolgate-explorer-'));
  const postgres = await startPostgres({ folder: path.join(folder, 'postgres'), database: 'bench' });
  try {
    await migrate(postgres.url);
    const db = createDatabase(urlAsRole(postgres.url, 'toolgate_app'));
    const actor = await organizationOf(db);
    if ((await listEvents({ db, now }, actor, {})).events.length === 0) {
      const begin = Date.now();
      await seedEvents({
        databaseUrl: postgres.url,
        organization: 'bench',
        events,
        onProgress: (written) => written % 200_000 === 0 && console.log(`${written} events`),
      });
      console.log(`Seeded ${events} events in ${((Date.now() - begin) / 1000).toFixed(1)} s.`);
    }
    print(await measure(db, actor, rounds));
    if (values.plans) await printPlans(db, actor);
    await db.close();
  } finally {
    await postgres.stop();
    if (!values.keep) rmSync(folder, { recursive: true, force: true });
  }
}

const now = () => new Date();

async function organizationOf(db: Database): Promise<Actor> {
  const organizationId = 'bench';
  await db.forOrganization(organizationId, (tx) =>
    tx.organization.upsert({ where: { id: organizationId }, create: { id: organizationId, slug: 'bench', name: 'Bench' }, update: {} }),
  );
  return { kind: 'operator', organizationId, name: 'bench' };
}

async function measure(db: Database, actor: Actor, rounds: number): Promise<Figure[]> {
  const s = { db, now };
  const figures: Figure[] = [];
  for (const text of QUERIES) {
    const { query } = parseQuery(text);
    const first = await timed(rounds, () => listEvents(s, actor, { query }));
    const page = first.last;
    figures.push({
      what: 'first page',
      query: text,
      ...first,
      note: `${page.events.length} events${page.more && page.events.length < 50 ? `, looked down to ${page.from}` : ''}`,
    });
    let [before, pages] = [page, 1];
    while (before.more && pages < 99) {
      before = await listEvents(s, actor, { query, before: before.from });
      pages++;
    }
    if (before.more) {
      const hundredth = await timed(rounds, () => listEvents(s, actor, { query, before: before.from }));
      figures.push({ what: `page ${pages + 1}`, query: text, ...hundredth, note: `from event ${before.from}` });
    }
    const facets = await timed(rounds, () => readFacets(s, actor, { query }));
    figures.push({
      what: 'facets',
      query: text,
      ...facets,
      note: `${facets.last.total} match${facets.last.scanned ? ` of the last ${facets.last.scanned}` : ''}`,
    });
    const histogram = await timed(rounds, () => readHistogram(s, actor, { query }));
    figures.push({ what: 'histogram', query: text, ...histogram, note: `${histogram.last?.bars.length} bars` });
  }
  return figures;
}

async function timed<T>(rounds: number, run: () => Promise<T>): Promise<{ p50: number; p95: number; last: T }> {
  let last = await run();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const begin = performance.now();
    last = await run();
    times.push(performance.now() - begin);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.ceil(times.length * share) - 1)] as number;
  return { p50: at(0.5), p95: at(0.95), last };
}

function print(figures: Figure[]): void {
  for (const { what, query, p50, p95, note } of figures)
    console.log(
      `${what.padEnd(12)} ${p50.toFixed(0).padStart(6)} ${p95.toFixed(0).padStart(6)} ms (p50, p95)  ${(query || '(everything)').padEnd(48)} ${note}`,
    );
  for (const what of ['first page', 'page 100', 'facets', 'histogram']) {
    const worst = Math.max(...figures.filter((figure) => figure.what === what).map(({ p95 }) => p95));
    console.log(`worst p95 of ${what}: ${worst.toFixed(0)} ms`);
  }
}

/** Every statement that the reads send, explained with the values that it was sent with. */
async function printPlans(db: Database, actor: Actor): Promise<void> {
  const s = { db, now };
  for (const text of QUERIES) {
    const { query } = parseQuery(text);
    for (const [what, read] of [
      ['first page', () => listEvents(s, actor, { query })],
      ['facets', () => readFacets(s, actor, { query })],
      ['histogram', () => readHistogram(s, actor, { query })],
    ] as const) {
      for (const { sql, values } of await statementsOf(db, read)) {
        const plan = await db.forOrganization(actor.organizationId, (tx) =>
          tx.$queryRawUnsafe<{ 'QUERY PLAN': string }[]>(`EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) ${sql}`, ...values),
        );
        console.log(`\n### ${what}: ${text || '(everything)'}\n${plan.map((row) => row['QUERY PLAN']).join('\n')}`);
      }
    }
  }
}

/** What reading sends to PostgreSQL, transactions and settings aside. */
export async function statementsOf(db: Database, read: () => Promise<unknown>): Promise<{ sql: string; values: unknown[] }[]> {
  const sent: { sql: string; values: unknown[] }[] = [];
  const client = await db.pool.connect();
  const prototype = Object.getPrototypeOf(client) as { query: (...args: unknown[]) => unknown };
  client.release();
  const query = prototype.query;
  prototype.query = function (this: unknown, ...args: unknown[]) {
    const [first, second] = args as [string | { text: string; values?: unknown[] }, unknown[]?];
    const sql = typeof first === 'string' ? first : first.text;
    if (/^[\s(]*(SELECT|WITH)/.test(sql) && !sql.includes('set_config'))
      sent.push({ sql, values: (typeof first === 'string' ? second : (first.values ?? second)) ?? [] });
    return query.apply(this, args);
  };
  try {
    await read();
  } finally {
    prototype.query = query;
  }
  return sent;
}

if (import.meta.main) await run(process.argv.slice(2));
