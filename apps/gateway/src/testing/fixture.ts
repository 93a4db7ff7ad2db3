/** A gateway under test: real PostgreSQL, a real ledger, a real upstream, one organization with one grant. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { createDatabase, type Database, type Transaction } from '@toolgate/db/database';
import type { Service } from '@toolgate/embedded/process';
import { createEpochPublisher } from '@toolgate/ledger/create';
import type { EpochPublisher } from '@toolgate/ledger/ledger';
import type { ServicesOptions } from '@toolgate/services/create-services';
import { createTestDatabase } from '@toolgate/testing/databases';
import { createGrant, createOrganization, createPolicy, createServer, type ToolFactory } from '@toolgate/testing/factories';
import { RECORDER_TOOLS } from '@toolgate/testing/recorder-server';
import { type RecorderOptions, type RecorderUpstream, startRecorderUpstream } from '@toolgate/testing/recorder-upstream';
import { startTestRedis } from '@toolgate/testing/redis';
import { readSettings, type Settings } from '../env.ts';
import { type RunningGateway, startGateway } from '../wiring.ts';

export type LedgerKind = 'redis' | 'embedded';
export const POLICY = {
  version: '1',
  default: 'deny',
  tools: {
    echo: { limits: [{ counter: 'echo_rate', window: 'minute', max: 30, scope: 'grant' }] },
    slow: {},
    fail: {},
    progress: {},
  },
};

export interface Fixture {
  db: Database;
  upstream: RecorderUpstream;
  /** Of the redis ledger. */
  redis: Service | null;
  /** Of the running gateways too: what a request looks up when it needs it (how long it is held, for one) may be changed. */
  settings: Settings;
  epochs: EpochPublisher;
  logged: { event: string; detail: Record<string, unknown> }[];
  start(): Promise<RunningGateway>;
  /** Changes rows and puts the change in force, as the control plane does: commit with the epoch, then tell the ledger. */
  change(organizationId: string, write: (tx: Transaction) => Promise<unknown>): Promise<void>;
  /** An organization of its own for a test, whose server has these tools (the upstream's own, unless said otherwise). */
  tenant(document?: object | string, tools?: ToolFactory[]): Promise<Tenant>;
  stop(): Promise<void>;
}

export interface Tenant {
  organizationId: string;
  slug: string;
  serverId: string;
  serverSlug: string;
  policyId: string;
  grantId: string;
  token: string;
  /** Path of the server's own address. */
  path: string;
}

const OWN_TOOLS = RECORDER_TOOLS as ToolFactory[];
/** A store is waited for, whatever else the machine does. Tests of stores that do not answer say otherwise. */
const STORE_TIMEOUT_MS = 20_000;
/** So are connections and transactions of the test's own. */
const PATIENCE_MS = 60_000;
const KEYS = `test:${Buffer.alloc(32, 7).toString('base64')}`;

export async function createFixture(
  kind: LedgerKind,
  recorder: RecorderOptions = {},
  environment: Record<string, string> = {},
): Promise<Fixture> {
  const database = await createTestDatabase();
  const redis = kind === 'redis' ? await startTestRedis() : null;
  const upstream = await startRecorderUpstream(recorder);
  const db = createDatabase(database.urlAs('toolgate_app'), { patienceMs: PATIENCE_MS });
  const settings = readSettings({
    DATABASE_URL: database.urlAs('toolgate_app'),
    TOOLGATE_LEDGER: kind,
    ...(redis ? { REDIS_URL: redis.url } : {}),
    TOOLGATE_KEYS: KEYS,
    GATEWAY_PORT: '0',
    TOOLGATE_EGRESS_ALLOW: upstream.host,
    GATEWAY_STORE_TIMEOUT_MS: String(STORE_TIMEOUT_MS),
    // On a machine that is busy no server is to be left out.
    GATEWAY_LIST_TIMEOUT_MS: '60000',
    ...environment,
  });
  const publisher = createEpochPublisher({ kind, redisUrl: redis?.url, answerMs: STORE_TIMEOUT_MS });
  const running: RunningGateway[] = [];
  const logged: Fixture['logged'] = [];
  return {
    db,
    upstream,
    redis,
    settings,
    epochs: publisher,
    logged,
    async start() {
      const gateway = await startGateway(settings, (event, detail) => void logged.push({ event, detail }));
      running.push(gateway);
      return gateway;
    },
    async change(organizationId, write) {
      const epoch = await db.forOrganization(organizationId, async (tx) => {
        await write(tx);
        return (await tx.organization.update({ where: { id: organizationId }, data: { epoch: { increment: 1 } } })).epoch;
      });
      await publisher.publishEpoch(organizationId, epoch);
    },
    tenant: (document = POLICY, tools = OWN_TOOLS) => createTenant(db, upstream.url, document, tools),
    async stop() {
      await Promise.all(running.map((gateway) => gateway.stop()));
      await publisher.close();
      await db.close();
      await upstream.stop();
      await redis?.stop();
      await database.drop();
    },
  };
}

/** For `createServices`: the business verbs on the stores of a fixture, with its patience. */
export function servicesOptions({ settings: { databaseUrl, keyRing, ledger, redisUrl } }: Fixture): ServicesOptions {
  const kept = ledger === 'redis' ? {} : { queueDatabaseUrl: databaseUrl };
  return { databaseUrl, keys: keyRing, ledger: { kind: ledger, redisUrl, answerMs: STORE_TIMEOUT_MS }, patienceMs: PATIENCE_MS, ...kept };
}

async function createTenant(db: Database, url: string, document: object | string, tools: ToolFactory[]): Promise<Tenant> {
  const organization = await createOrganization(db);
  const server = await createServer(db, organization.id, { url, tools });
  const policy = await createPolicy(db, organization.id, { document });
  const grant = await createGrant(db, organization.id, { servers: [{ serverId: server.id, policyId: policy.id }] });
  return {
    organizationId: organization.id,
    slug: organization.slug,
    serverId: server.id,
    serverSlug: server.slug,
    policyId: policy.id,
    grantId: grant.id,
    token: grant.token,
    path: `/${organization.slug}/${server.slug}/mcp`,
  };
}

/** A connected client of the official SDK. */
export async function connect(url: string, token: string): Promise<Client> {
  const client = new Client({ name: 'test-client', version: '1.2.3' }, { capabilities: { sampling: {}, roots: {}, elicitation: {} } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { authorization: `Bearer ${token}` } } }));
  return client;
}

/** One POST, as bytes. */
export function post(url: string, token: string | null, body: string | object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

export const initialize = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: { sampling: {} }, clientInfo: { name: 'raw', version: '1' } },
};

export const callOf = (name: string, args: object = {}, id: number | string = 1) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});

/** The decision that a denial carries. */
export function decisionOf(result: unknown): Record<string, unknown> & { code?: string } {
  const meta = (result as { _meta?: Record<string, unknown> })._meta ?? {};
  return (meta['toolgate/decision'] ?? {}) as Record<string, unknown>;
}

/** What the worker would be given, of an embedded ledger. */
export async function recordsOf(db: Database, organizationId: string): Promise<Recorded[]> {
  const rows = await db.forOrganization(organizationId, (tx) => tx.auditRecord.findMany({ orderBy: { id: 'asc' } }));
  return rows.map(({ record }) => record as unknown as Recorded);
}

export interface Recorded {
  type: string;
  callId?: string;
  facts?: Record<string, unknown> & { detail: Record<string, unknown> };
  end?: Record<string, unknown>;
}
