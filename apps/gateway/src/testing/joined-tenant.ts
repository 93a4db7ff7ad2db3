/** An organization whose grant reaches several servers, of different eras and health. */
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { startConformanceUpstream } from '@toolgate/testing/conformance-upstream/start';
import { createGrant, createPolicy, createServer, type ToolFactory } from '@toolgate/testing/factories';
import type { RunningGateway } from '../wiring.ts';
import { toolsOf } from './clients.ts';
import type { Fixture, Tenant } from './fixture.ts';

export interface JoinedServer {
  slug: string;
  url: string;
  tools?: ToolFactory[];
  /** Open, unless said otherwise. */
  document?: object;
}

export interface JoinedTenant extends Tenant {
  /** The organization's address. */
  url: string;
  serverIds: Record<string, string>;
  policyIds: Record<string, string>;
}

export const OPEN_POLICY = {
  version: '1',
  default: 'allow',
  methods: {
    'resources/*': 'allow',
    'prompts/*': 'allow',
    'completion/*': 'allow',
    'sampling/*': 'allow',
    'elicitation/*': 'allow',
  },
};

/** One grant for all of these servers, each under a policy of its own. */
export async function joinedTenant(fixture: Fixture, gateway: RunningGateway, servers: JoinedServer[]): Promise<JoinedTenant> {
  const tenant = await fixture.tenant();
  const serverIds: Record<string, string> = {};
  const policyIds: Record<string, string> = {};
  for (const { slug, url, tools = [], document = OPEN_POLICY } of servers) {
    serverIds[slug] = (await createServer(fixture.db, tenant.organizationId, { slug, url, tools })).id;
    policyIds[slug] = (await createPolicy(fixture.db, tenant.organizationId, { document })).id;
  }
  const reached = servers.map(({ slug }) => ({ serverId: serverIds[slug]!, policyId: policyIds[slug]! }));
  const grant = await createGrant(fixture.db, tenant.organizationId, { servers: reached });
  const url = `${gateway.url}/${tenant.slug}/mcp`;
  return { ...tenant, grantId: grant.id, token: grant.token, url, serverIds, policyIds };
}

export interface EraUpstreams {
  servers: JoinedServer[];
  hosts: string[];
  stop(): Promise<void>;
}

/** `old` keeps sessions, `new` speaks 2026-07-28 only, `both` speaks both. */
export async function startEraUpstreams(): Promise<EraUpstreams> {
  const started = await Promise.all(
    (['session', 'stateless', 'both'] as const).map(async (eras) => ({ eras, upstream: await startConformanceUpstream({ eras }) })),
  );
  const servers = await Promise.all(
    started.map(async ({ eras, upstream: { url } }) => ({
      slug: eras === 'session' ? 'old' : eras === 'stateless' ? 'new' : 'both',
      url,
      tools: await toolsOf(url, eras === 'stateless' ? 'v2 pinned' : 'v1'),
    })),
  );
  return {
    servers,
    hosts: started.map(({ upstream }) => upstream.host),
    stop: async () => void (await Promise.all(started.map(({ upstream }) => upstream.stop()))),
  };
}

export interface DeadServer {
  url: string;
  host: string;
  stop(): Promise<void>;
}

/** Cannot be reached: it ends every connection at once. Nobody else can get its port, as one at which nothing listens. */
export async function startDeadServer(): Promise<DeadServer> {
  const server = createTcpServer((socket) => void socket.on('error', () => {}).destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `http://${host}/mcp`, host, stop: () => new Promise((resolve) => void server.close(() => resolve())) };
}
