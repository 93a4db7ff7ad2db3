import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { type ConformanceUpstreamOptions, startConformanceUpstream } from '@toolgate/testing/conformance-upstream/start';
import type { ToolFactory } from '@toolgate/testing/factories';
import { createGrant, createOrganization, createPolicy, createServer } from '@toolgate/testing/factories';
import { createFixture } from '../fixture.ts';
import { startTokenProxy } from './token-proxy.ts';

export interface ConformanceGateway {
  /** The upstream itself. */
  direct: string;
  /** The same upstream through the gateway: at the server's own address, and at its organization's. No token is needed. */
  through: { server: string; organization: string };
  stop(): Promise<void>;
}

/** A policy that stands in nobody's way. */
const METHODS = ['resources/*', 'prompts/*', 'completion/*', 'sampling/*', 'elicitation/*'];
const EVERYTHING = { version: '1', default: 'allow', methods: Object.fromEntries(METHODS.map((method) => [method, 'allow'])) };

/** The conformance upstream, and a gateway in front of it with one grant that may do everything. */
export async function startConformanceGateway(options: ConformanceUpstreamOptions = {}): Promise<ConformanceGateway> {
  const upstream = await startConformanceUpstream(options);
  const proxy = await startTokenProxy();
  // The suite sends a valid Origin, its target's: here the one that the gateway allows.
  const fixture = await createFixture('embedded', {}, { TOOLGATE_EGRESS_ALLOW: upstream.host, DASHBOARD_URL: proxy.url });
  const gateway = await fixture.start();
  const { id, slug } = await createOrganization(fixture.db);
  const server = await createServer(fixture.db, id, { url: upstream.url, tools: await listTools(upstream.url) });
  const policy = await createPolicy(fixture.db, id, { document: EVERYTHING });
  const { token } = await createGrant(fixture.db, id, { servers: [{ serverId: server.id, policyId: policy.id }] });
  proxy.connect(gateway.url, token);
  return {
    direct: upstream.url,
    through: { server: `${proxy.url}/${slug}/${server.slug}/mcp`, organization: `${proxy.url}/${slug}/mcp` },
    async stop() {
      await proxy.stop();
      await fixture.stop();
      await upstream.stop();
    },
  };
}

/** What discovery would find and pin. */
async function listTools(url: string): Promise<ToolFactory[]> {
  const client = new Client({ name: 'discovery', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  const { tools } = await client.listTools();
  await client.close();
  return tools as ToolFactory[];
}
