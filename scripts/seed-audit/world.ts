/** Who calls what in a seeded organization: its own servers, grants and policies first, and enough invented ones beside them. */
import type pg from 'pg';
import { Random } from './random.ts';

export interface SeedTool {
  name: string;
  medianMs: number;
  argumentKeys: string[];
  /** What the policy says of it. */
  rule: 'allow' | 'limit' | 'deny' | 'shadow';
}

export interface SeedServer {
  id: string;
  slug: string;
  tools: SeedTool[];
}

export interface SeedGrant {
  id: string;
  label: string;
  client: string;
  servers: SeedServer[];
  /** How much of the traffic is its own. */
  weight: number;
  /** The hour of the day (UTC) at which it is busiest; null: always alike. */
  peakHour: number | null;
}

export interface World {
  organizationId: string;
  grants: SeedGrant[];
  policy: { id: string; name: string; version: number };
  actors: string[];
  /** The end of the time that is seeded, ms since 1970. */
  until: number;
}

const INVENTED: [string, [string, number, string, SeedTool['rule']][]][] = [
  [
    'wavespeed',
    [
      ['image_to_image', 2400, 'image,prompt,size,strength', 'limit'],
      ['text_to_image', 1900, 'prompt,size,seed', 'limit'],
      ['generate_video', 21_000, 'duration,prompt,size', 'deny'],
      ['get_balance', 90, '', 'allow'],
      ['list_models', 120, '', 'allow'],
    ],
  ],
  [
    'github',
    [
      ['search_code', 340, 'page,query', 'allow'],
      ['get_file_contents', 210, 'owner,path,ref,repo', 'allow'],
      ['create_pull_request', 690, 'base,body,head,owner,repo,title', 'allow'],
      ['list_issues', 260, 'owner,repo,state', 'allow'],
      ['merge_pull_request', 820, 'number,owner,repo', 'shadow'],
      ['push_files', 940, 'branch,files,message,owner,repo', 'limit'],
      ['delete_repository', 400, 'owner,repo', 'deny'],
    ],
  ],
  [
    'orders-db',
    [
      ['run_query', 45, 'parameters,sql', 'allow'],
      ['describe_table', 18, 'table', 'allow'],
      ['run_migration', 1300, 'dry_run,sql', 'deny'],
      ['export_rows', 3100, 'format,limit,table', 'limit'],
    ],
  ],
  [
    'mail',
    [
      ['search_messages', 180, 'folder,query', 'allow'],
      ['read_message', 95, 'id', 'allow'],
      ['send_message', 420, 'body,subject,to', 'limit'],
      ['delete_message', 110, 'id', 'shadow'],
    ],
  ],
  [
    'browser',
    [
      ['navigate', 1600, 'url', 'allow'],
      ['click', 130, 'selector', 'allow'],
      ['screenshot', 380, 'full_page,size', 'allow'],
      ['evaluate', 60, 'expression', 'deny'],
    ],
  ],
  [
    'billing',
    [
      ['get_invoice', 140, 'id', 'allow'],
      ['create_refund', 510, 'amount,currency,invoice', 'limit'],
      ['list_customers', 230, 'cursor,limit', 'allow'],
    ],
  ],
];

const LABELS = [
  'cursor-laptop',
  'ci',
  'claude-desktop',
  'nightly-report',
  'support-agent',
  'research',
  'release-bot',
  'design-studio',
].concat(['data-pipeline', 'oncall', 'qa-runner', 'sales-assistant', 'docs-writer', 'migration-2026', 'finance-close', 'sandbox']);
const CLIENTS = ['Cursor 2.1.4', 'claude-code 2.0.31', 'Claude 1.14.2', 'Visual Studio Code 1.117.0', 'mcp-python 1.22.0', 'n8n 2.4.0'];

export async function readWorld(client: pg.ClientBase, organizationId: string): Promise<Omit<World, 'until'>> {
  const random = new Random(7);
  const servers = await readServers(client, organizationId, random);
  const own = await client.query<{ id: string; label: string }>(
    'SELECT id, label FROM "Grant" WHERE "organizationId" = $1 ORDER BY "createdAt" LIMIT 8',
    [organizationId],
  );
  const named = new Set(own.rows.map(({ label }) => label));
  const all = [...own.rows, ...LABELS.filter((label) => !named.has(label)).map((label) => ({ id: random.uuid(), label }))];
  const grants = all.map(({ id, label }, index) => ({
    id,
    label,
    client: CLIENTS[index % CLIENTS.length] as string,
    servers: servers.filter((_, at) => (at + index) % 3 !== 1).slice(0, 4),
    weight: 1 / (index + 1.5),
    peakHour: ['ci', 'data-pipeline', 'qa-runner'].includes(label) ? null : 7 + ((index * 5) % 13),
  }));
  const policies = await client.query<World['policy']>(
    'SELECT id, name, "currentVersion" AS version FROM "Policy" WHERE "organizationId" = $1 ORDER BY "createdAt" LIMIT 1',
    [organizationId],
  );
  const members = await client.query<{ name: string }>(
    'SELECT u.name FROM "Membership" m JOIN "User" u ON u.id = m."userId" WHERE m."organizationId" = $1 LIMIT 5',
    [organizationId],
  );
  return {
    organizationId,
    grants,
    policy: policies.rows[0] ?? { id: random.uuid(), name: 'Default', version: 12 },
    actors: [...members.rows.map(({ name }) => name), 'Ada Okafor', 'Jonas Weber'],
  };
}

async function readServers(client: pg.ClientBase, organizationId: string, random: Random): Promise<SeedServer[]> {
  const { rows } = await client.query<{ id: string; slug: string; tools: string[] }>(
    `SELECT s.id, s.slug, array_agg(t.name ORDER BY t.name) FILTER (WHERE t.name IS NOT NULL) AS tools
     FROM "Server" s LEFT JOIN "Tool" t ON t."organizationId" = s."organizationId" AND t."serverId" = s.id
     WHERE s."organizationId" = $1 GROUP BY s.id, s.slug, s."createdAt" ORDER BY s."createdAt" LIMIT 4`,
    [organizationId],
  );
  const known = new Map(INVENTED.flatMap(([, tools]) => tools.map((tool) => [tool[0], tool] as const)));
  const own = rows
    .filter(({ tools }) => tools?.length)
    .map(({ id, slug, tools }) => ({ id, slug, tools: tools.map((name) => toolOf(known.get(name) ?? [name, 300, 'input', 'allow'])) }));
  const names = new Set(own.map(({ slug }) => slug));
  const invented = INVENTED.filter(([slug]) => !names.has(slug)).map(([slug, tools]) => ({
    id: random.uuid(),
    slug,
    tools: tools.map(toolOf),
  }));
  return [...own, ...invented];
}

function toolOf([name, medianMs, keys, rule]: [string, number, string, SeedTool['rule']]): SeedTool {
  return { name, medianMs, rule, argumentKeys: keys === '' ? [] : keys.split(',') };
}
