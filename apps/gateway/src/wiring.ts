/** Builds a gateway from its settings, starts it, and ends it cleanly. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertRestricted, createDatabase, type Database } from '@toolgate/db/database';
import { createLedger } from '@toolgate/ledger/create';
import { claimEmbeddedLedger, type EmbeddedClaim } from '@toolgate/ledger/embedded/claim-embedded-ledger';
import { newId } from '@toolgate/services/id';
import { createJoinedSessions } from './aggregate/joined-sessions.ts';
import { createApprovalNews } from './approvals/approval-news.ts';
import { createRequestStates } from './approvals/request-state.ts';
import { createUnauthenticatedCap } from './audit/unauthenticated-cap.ts';
import { createDirectory } from './directory/directory.ts';
import { warmUp } from './directory/load.ts';
import type { Settings } from './env.ts';
import type { Gateway } from './gateway.ts';
import { createGrantUsage } from './grant-usage.ts';
import { createHeartbeat, type Heartbeat } from './heartbeat.ts';
import { createHttpService, type HttpService } from './http/serve.ts';
import { createOpenStreams } from './sessions/open-streams.ts';
import { createSessionTokens } from './sessions/session-token.ts';
import { closeSessions } from './upstream/bridging/pooled-session.ts';
import { createUpstreams } from './upstream/upstreams.ts';

const HEARTBEAT_MS = 5000;
const STREAM_CHECK_MS = 2000;
const USAGE_MS = 5000;
const SESSIONS_MS = 60_000;
const GRACE_MS = 30_000;
/** What a caller is not made to wait for may still come, for those who ask later. */
const LEAST_PATIENCE_MS = 5000;

export interface RunningGateway {
  /** Where it listens, `http://host:port`. */
  url: string;
  gateway: Gateway;
  /** Stops accepting, lets calls finish (30 s at most), flushes, ends the connections. */
  stop(): Promise<void>;
}

/** @throws when the database role is not restricted, the embedded ledger is taken, or the port is. */
export async function startGateway(settings: Settings, log: Gateway['log'], onLost?: (error: Error) => void): Promise<RunningGateway> {
  const patienceMs = Math.max(LEAST_PATIENCE_MS, settings.storeTimeoutMs);
  // One of them listens for answers to held calls.
  const db = createDatabase(settings.databaseUrl, { max: 7, patienceMs });
  // The ledger's own connections: whoever floods the gateway with tokens that have to be looked up keeps no call from being recorded.
  const ledgerDb = createDatabase(settings.databaseUrl, { max: 6, patienceMs });
  let claim: EmbeddedClaim | null = null;
  try {
    await assertRestricted(db);
    await warmUp(db, settings.keyRing);
    claim = settings.ledger === 'embedded' ? await claimEmbeddedLedger(ledgerDb.pool, onLost) : null;
    const gateway = buildGateway(settings, db, ledgerDb, log);
    const heartbeat = createHeartbeat(ledgerDb, gateway.id, settings.ledger);
    await heartbeat.beat();
    const http = createHttpService(gateway);
    http.server.listen(settings.port, settings.host);
    await once(http.server, 'listening');
    const timers = startTimers(gateway, heartbeat);
    const { address, family, port } = http.server.address() as AddressInfo;
    const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    let stopping: Promise<void> | null = null;
    return { url, gateway, stop: () => (stopping ??= stop({ gateway, http, heartbeat, timers, claim, ledgerDb })) };
  } catch (error) {
    await claim?.release();
    await Promise.all([db.close(), ledgerDb.close()]);
    throw error;
  }
}

function buildGateway(settings: Settings, db: Database, ledgerDb: Database, log: Gateway['log']): Gateway {
  const id = newId();
  const { ledger: kind, redisUrl, storeTimeoutMs: answerMs } = settings;
  const ledger = createLedger({ kind, redisUrl, pool: ledgerDb.pool, gatewayId: id, answerMs });
  const directory = createDirectory(db, settings.keyRing, answerMs);
  return {
    id,
    settings,
    db,
    ledger,
    directory,
    sessions: createSessionTokens(settings.keyRing),
    joinedSessions: createJoinedSessions(),
    streams: createOpenStreams(ledger, directory),
    upstreams: createUpstreams(db, settings),
    bridgedCalls: new Map(),
    usage: createGrantUsage(db),
    unauthenticated: createUnauthenticatedCap(),
    approvals: createApprovalNews(db.pool),
    requestStates: createRequestStates(settings.keyRing),
    stopping: false,
    log,
  };
}

/** Work beside the calls; a failure is noted and tried again with the next turn. */
function startTimers(gateway: Gateway, heartbeat: Heartbeat): NodeJS.Timeout[] {
  const every = (ms: number, name: string, work: () => Promise<void>) =>
    setInterval(() => void work().catch((error: unknown) => gateway.log(name, { reason: String(error) })), ms);
  return [
    every(HEARTBEAT_MS, 'heartbeat_failed', heartbeat.beat),
    every(STREAM_CHECK_MS, 'stream_check_failed', () => gateway.streams.check()),
    every(USAGE_MS, 'usage_failed', () => gateway.usage.flush()),
    every(SESSIONS_MS, 'session_sweep_failed', () => closeSessions(gateway, false)),
  ];
}

interface Parts {
  gateway: Gateway;
  http: HttpService;
  heartbeat: Heartbeat;
  timers: NodeJS.Timeout[];
  claim: EmbeddedClaim | null;
  ledgerDb: Database;
}

async function stop({ gateway, http, heartbeat, timers, claim, ledgerDb }: Parts): Promise<void> {
  gateway.stopping = true;
  const { server, running } = http;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  gateway.streams.endListening();
  const grace = new AbortController();
  await Promise.race([allSettled(running), sleep(GRACE_MS, undefined, { signal: grace.signal }).catch(() => {})]);
  grace.abort();
  server.closeAllConnections();
  await closed;
  for (const timer of timers) clearInterval(timer);
  await Promise.race([closeSessions(gateway, true), sleep(1000)]);
  await gateway.upstreams.close();
  // What the upstreams' end has ended is still to be settled.
  await Promise.race([allSettled(running), sleep(1000)]);
  await gateway.usage.flush().catch(() => {});
  gateway.approvals.close();
  await gateway.ledger.close();
  await heartbeat.leave().catch(() => {});
  await claim?.release();
  await Promise.all([gateway.db.close(), ledgerDb.close()]);
}

async function allSettled(running: Set<Promise<void>>): Promise<void> {
  while (running.size > 0) await Promise.allSettled(running);
}
