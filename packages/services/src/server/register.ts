import { findManagedServer } from '@toolgate/catalogue/managed';
import type { Transaction } from '@toolgate/db/database';
import { z } from 'zod';
import { type ChangeResult, change, changed } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { Name, Slug } from '../fields.ts';
import { newId } from '../id.ts';
import { type Result, refuse } from '../refusal.ts';
import { freeSlug, slugOf } from '../slug.ts';
import { serverTarget } from './find.ts';
import { requestDiscovery } from './request-discovery.ts';
import { HeaderInput, MAX_HEADERS, secretNameProblem } from './secret-name.ts';
import { storeSecret } from './store-secret.ts';
import { UpstreamUrl } from './upstream-url.ts';

/** Of one organization at most. */
const MAX_SERVERS = 200;

const Register = z
  .strictObject({
    name: Name,
    slug: Slug.optional(),
    url: UpstreamUrl.optional(),
    managed: z.string().max(64).optional(),
    headers: z.array(HeaderInput).max(MAX_HEADERS, `Use at most ${MAX_HEADERS} headers.`),
  })
  .refine(({ url, managed }) => (url === undefined) !== (managed === undefined), 'Give either an address or a managed server.');

export type NewServer = { name: string; slug?: string; url: string } | { name: string; slug?: string; managed: string };

/**
 * Registers a server by address, or one that the runner runs, and has the worker discover its tools (status `discovering`).
 * Headers are sealed; of a managed server they are the values that it asks for (`WAVESPEED_API_KEY`).
 */
export async function registerServer(
  s: Services,
  actor: Actor,
  server: NewServer,
  headers: HeaderInput[] = [],
): Promise<ChangeResult<{ id: string; slug: string }>> {
  const input = { ...server, headers };
  const result = await change(s, actor, { permission: 'server.manage', schema: Register, input }, async (tx, given) => {
    const problem = secretsProblem(given);
    if (problem) return problem;
    if ((await tx.server.count({ where: { organizationId: actor.organizationId } })) >= MAX_SERVERS) {
      return refuse('conflict', `An organization has at most ${MAX_SERVERS} servers.`);
    }
    const slug = await chooseSlug(tx, actor.organizationId, given);
    if (!slug.ok) return slug;
    const row = await insert(tx, actor.organizationId, given, slug.value);
    for (const header of given.headers) await storeSecret(tx, s, actor, row, header);
    const { name, url, managed } = row;
    const after = { name, ...(url ? { url } : { managed }), headers: given.headers.map((header) => header.name) };
    return changed({ id: row.id, slug: row.slug }, { action: 'server.register', target: serverTarget(row), after });
  });
  if (result.ok) await requestDiscovery(s, actor.organizationId, result.value.id);
  return result;
}

type Given = z.output<typeof Register>;

function insert(tx: Transaction, organizationId: string, { name, url, managed, headers }: Given, slug: string) {
  return tx.server.create({
    data: {
      organizationId,
      id: newId(),
      slug,
      name,
      transport: managed === undefined ? 'http' : 'managed',
      url: url ?? null,
      managed: managed ?? null,
      auth: headers.length > 0 && managed === undefined ? 'headers' : 'none',
    },
  });
}

function secretsProblem({ managed = null, headers }: { managed?: string | null | undefined; headers: HeaderInput[] }) {
  const entry = managed === null ? null : findManagedServer(managed);
  if (managed !== null && !entry) return invalid('managed', 'There is no managed server of this name.');
  const seen = new Set<string>();
  for (const [index, { name }] of headers.entries()) {
    const problem = secretNameProblem({ managed }, name) ?? (seen.has(name.toLowerCase()) ? `The name ${name} is given twice.` : null);
    if (problem) return invalid(`headers.${index}.name`, problem);
    seen.add(name.toLowerCase());
  }
  const missing = entry?.secrets.find((secret) => !secret.optional && !headers.some((header) => header.name === secret.name));
  return missing ? invalid('headers', `${entry?.title} needs a value for ${missing.name}.`) : null;
}

async function chooseSlug(tx: Transaction, organizationId: string, { slug, name }: Given): Promise<Result<string>> {
  const rows = await tx.server.findMany({ where: { organizationId }, select: { slug: true } });
  const taken = new Set(rows.map((row) => row.slug));
  if (slug === undefined) return { ok: true, value: await freeSlug(slugOf(name, 'server'), (candidate) => taken.has(candidate)) };
  if (!taken.has(slug)) return { ok: true, value: slug };
  const message = 'Another server has this name in its address already.';
  return refuse('conflict', message, { slug: message });
}

const invalid = (field: string, message: string) => refuse('invalid', message, { [field]: message });
