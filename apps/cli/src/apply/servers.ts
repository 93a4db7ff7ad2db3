import type { Actor, Services } from '@toolgate/services/context';
import { listServers, readServer, type ServerSummary } from '@toolgate/services/server/read';
import { rediscoverServer } from '@toolgate/services/server/rediscover';
import { registerServer } from '@toolgate/services/server/register';
import { removeHeader } from '@toolgate/services/server/remove-header';
import { renameServer } from '@toolgate/services/server/rename';
import { setHeader } from '@toolgate/services/server/set-header';
import { setServerUrl } from '@toolgate/services/server/set-url';
import { accepted, Failure } from '../failure.ts';
import type { ApplyServer } from './document.ts';

/** How long all servers together may take to be discovered. */
const PATIENCE_MS = 60_000;

/** Registers what is missing and brings what exists in line. With `headers` given, exactly these are kept. */
export async function applyServers(s: Services, actor: Actor, servers: readonly ApplyServer[]): Promise<void> {
  const existing = new Map((await listServers(s, actor)).map((server) => [server.slug, server]));
  for (const server of servers) {
    const found = existing.get(server.slug);
    if (found) await update(s, actor, found, server);
    else await register(s, actor, server);
  }
}

async function register(s: Services, actor: Actor, { slug, name, url, managed, headers = {} }: ApplyServer): Promise<void> {
  const place = url === undefined ? { managed: managed ?? '' } : { url };
  const values = Object.entries(headers).map(([header, value]) => ({ name: header, value }));
  accepted(await registerServer(s, actor, { slug, name, ...place }, values), `server "${slug}"`);
}

async function update(s: Services, actor: Actor, found: ServerSummary, { slug, name, url, managed, headers }: ApplyServer): Promise<void> {
  const what = `server "${slug}"`;
  const serverId = found.id;
  if ((managed ?? null) !== found.managed) throw new Failure(`${what}: it is registered as another kind of server. Remove it first.`);
  accepted(await renameServer(s, actor, { serverId, name }), what);
  if (url !== undefined) accepted(await setServerUrl(s, actor, { serverId, url }), what);
  for (const [header, value] of Object.entries(headers ?? {})) {
    accepted(await setHeader(s, actor, { serverId, name: header, value }), `${what}, header ${header}`);
  }
  if (headers) await removeOthers(s, actor, serverId, headers, what);
  // What failed before is given another chance, and what is still being discovered is asked for again.
  if ((await readServer(s, actor, serverId))?.status !== 'ready') accepted(await rediscoverServer(s, actor, { serverId }), what);
}

async function removeOthers(s: Services, actor: Actor, serverId: string, headers: Record<string, string>, what: string): Promise<void> {
  const named = new Set(Object.keys(headers).map((header) => header.toLowerCase()));
  for (const { name } of (await readServer(s, actor, serverId))?.secrets ?? []) {
    if (!named.has(name.toLowerCase())) accepted(await removeHeader(s, actor, { serverId, name }), what);
  }
}

/** Resolves with the servers, in this order, when every one is ready. Says on the way what it waits for. */
export async function untilDiscovered(
  s: Services,
  actor: Actor,
  slugs: readonly string[],
  say: (line: string) => void,
  patienceMs = PATIENCE_MS,
): Promise<ServerSummary[]> {
  const end = Date.now() + patienceMs;
  for (let said = ''; ; ) {
    const all = new Map((await listServers(s, actor)).map((server) => [server.slug, server]));
    const servers = slugs.map((slug) => all.get(slug)).filter((server) => server !== undefined);
    const failing = servers.find(({ status }) => status === 'failing');
    if (failing)
      throw new Failure(`server "${failing.slug}": ${failing.failure?.message ?? 'failing'} ${failing.failure?.fix ?? ''}`.trim());
    const waiting = servers.filter(({ status }) => status !== 'ready').map(({ slug }) => slug);
    if (waiting.length === 0) return servers;
    if (Date.now() >= end)
      throw new Failure(`server "${waiting[0]}": not discovered within ${patienceMs / 1000} s. Is the worker running?`);
    const line = `Discovering the tools of ${waiting.join(', ')} …`;
    if (line !== said) say(line);
    said = line;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
