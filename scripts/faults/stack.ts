/** A whole Toolgate on the Redis ledger, each store behind a proxy that can be slow or away, for the fault campaign. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createDatabase, type Database } from '@toolgate/db/database';
import { urlAsRole } from '@toolgate/db/url';
import { startPostgres } from '@toolgate/embedded/postgres';
import type { Service } from '@toolgate/embedded/process';
import { migrateQueue } from '@toolgate/jobs/migrate-queue';
import type { Services } from '@toolgate/services/context';
import { createServices } from '@toolgate/services/create-services';
import { createGrant, createOrganization, createPolicy, createServer, type ToolFactory } from '@toolgate/testing/factories';
import { RECORDER_TOOLS } from '@toolgate/testing/recorder-server';
import { type RecorderUpstream, startRecorderUpstream } from '@toolgate/testing/recorder-upstream';
import { startTcpProxy, type TcpProxy } from '@toolgate/testing/tcp-proxy';
import { migrate } from '../migrate.ts';
import { type App, startApp } from './app.ts';
import { startOwnRedis } from './own-redis.ts';

export interface Stack {
  postgres: OwnPostgres;
  redis: { service: OwnRedis; proxy: TcpProxy };
  upstream: RecorderUpstream;
  gateways: App[];
  worker: App;
  /** Not through a proxy. */
  db: Database;
  services: Services;
  /** An organization whose server has the recorder's tools, under this policy document. */
  tenant(document: object): Promise<Tenant>;
  stop(): Promise<void>;
}

export interface OwnPostgres {
  /** Of the one that runs now. */
  service: Service;
  proxy: TcpProxy;
  /** Shuts it down. */
  stop(): Promise<void>;
  /** Starts it again on its data; only what goes through the proxy finds it. */
  start(): Promise<void>;
}

export type OwnRedis = Awaited<ReturnType<typeof startOwnRedis>>;

export interface Tenant {
  organizationId: string;
  policyId: string;
  serverId: string;
  /** Of the server's own address. */
  path: string;
  grant(): Promise<{ id: string; token: string }>;
}

/** So long a call may take: a lease of a gateway that was killed is free a second after it. */
export const CALL_TIMEOUT_MS = 8000;

const KEYS = `faults:${Buffer.alloc(32, 5).toString('base64')}`;

/** Rejects, with everything stopped again, when something does not start. */
export async function startStack({ gateways }: { gateways: number }): Promise<Stack> {
  const stops: Stop[] = [];
  const stop = async () => {
    for (let next = stops.pop(); next; next = stops.pop()) await next();
  };
  try {
    return { ...(await start(gateways, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Stop = () => unknown;

async function start(count: number, stops: Stop[]): Promise<Omit<Stack, 'stop'>> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'toolgate-faults-'));
  stops.push(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o755); // PostgreSQL drops root's rights, and must still be able to pass through
  const { postgres, redis } = await startStores(folder, stops);
  const upstream = await startRecorderUpstream();
  stops.push(upstream.stop);
  const environment = { REDIS_URL: redis.proxy.url, TOOLGATE_LEDGER: 'redis', TOOLGATE_KEYS: KEYS, TOOLGATE_EGRESS_ALLOW: upstream.host };
  const app = async (name: 'gateway' | 'worker', own: Record<string, string>) => {
    const started = await startApp(name, { ...environment, ...own });
    stops.push(started.kill);
    return started;
  };
  const gateways: App[] = [];
  while (gateways.length < count)
    gateways.push(
      await app('gateway', {
        DATABASE_URL: urlAsRole(postgres.proxy.url, 'toolgate_app'),
        GATEWAY_PORT: '0',
        GATEWAY_CALL_TIMEOUT_MS: String(CALL_TIMEOUT_MS),
      }),
    );
  const worker = await app('worker', { DATABASE_URL: urlAsRole(postgres.proxy.url, 'toolgate_worker') });
  const databaseUrl = urlAsRole(postgres.service.url, 'toolgate_app');
  const db = createDatabase(databaseUrl, { max: 4 });
  stops.push(db.close);
  const services = createServices({ databaseUrl, keys: KEYS, ledger: { kind: 'redis', redisUrl: redis.service.url }, max: 4 });
  stops.push(services.close);
  return { postgres, redis, upstream, gateways, worker, db, services, tenant: (document) => createTenant(db, upstream.url, document) };
}

async function startStores(folder: string, stops: Stop[]): Promise<Pick<Stack, 'postgres' | 'redis'>> {
  const place = { folder: path.join(folder, 'postgres'), database: 'toolgate' };
  const service = await startPostgres(place);
  const postgres: OwnPostgres = {
    service,
    proxy: await startTcpProxy(service.url),
    stop: () => postgres.service.stop(),
    start: async () => {
      postgres.service = await startPostgres(place);
      postgres.proxy.target = postgres.service.url;
    },
  };
  stops.push(postgres.stop, postgres.proxy.stop);
  await migrate(service.url);
  await migrateQueue(service.url);
  const redisService = await startOwnRedis(folder);
  stops.push(() => redisService.kill());
  const redisProxy = await startTcpProxy(redisService.url);
  stops.push(redisProxy.stop);
  return { postgres, redis: { service: redisService, proxy: redisProxy } };
}

async function createTenant(db: Database, url: string, document: object): Promise<Tenant> {
  const { id: organizationId, slug } = await createOrganization(db);
  const server = await createServer(db, organizationId, { url, tools: RECORDER_TOOLS as ToolFactory[] });
  const policy = await createPolicy(db, organizationId, { document });
  return {
    organizationId,
    policyId: policy.id,
    serverId: server.id,
    path: `/${slug}/${server.slug}/mcp`,
    grant: () => createGrant(db, organizationId, { servers: [{ serverId: server.id, policyId: policy.id }] }),
  };
}
