/** `npm start`: brings everything up on this machine, prints the addresses, and stops it all on Ctrl-C. */
import net from 'node:net';
import path from 'node:path';
import { type Role, urlAsRole } from '@toolgate/db/url';
import { loginUrl } from '@toolgate/embedded/login-url';
import { startPostgres } from '@toolgate/embedded/postgres';
import { freePort, type Service } from '@toolgate/embedded/process';
import { migrateQueue } from '@toolgate/jobs/migrate-queue';
import { build } from './build.ts';
import { migrate } from './migrate.ts';
import { type App, picked, Supervisor } from './start/apps.ts';
import { assertRedis } from './start/assert-redis.ts';
import { type DataFolder, openDataFolder } from './start/data-folder.ts';
import { chooseLedger } from './start/ledger.ts';
import { readSecrets, type Secrets } from './start/secrets.ts';
import { loadEnvFile, readSettings, type Settings, StartError } from './start/settings.ts';

/** What has been started and must be stopped, last first. */
const stops: (() => Promise<void> | void)[] = [];
let stopping: Promise<void> | null = null;

function stopAll(): Promise<void> {
  stopping ??= (async () => {
    while (stops.length) await stops.pop()?.();
  })();
  return stopping;
}

async function end(error?: unknown): Promise<never> {
  // What fails because it is being stopped is no news.
  if (error && !stopping) console.error(error instanceof StartError ? error.message : error);
  await stopAll();
  process.exit(error ? 1 : 0);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (!stopping) console.log('\nStopping…');
    void end();
  });

async function start(): Promise<void> {
  loadEnvFile();
  const settings = readSettings(process.env);
  const folder = await openDataFolder(settings.dataFolder);
  stops.push(() => folder.release());
  for (const note of folder.notes) console.log(note);
  await Promise.all([
    assertFree(settings.host, settings.dashboardPort, 'DASHBOARD_PORT'),
    assertFree(settings.host, settings.gatewayPort, 'GATEWAY_PORT'),
  ]);
  const ownerUrl =
    settings.databaseUrl ?? (await startService(() => startPostgres({ folder: path.join(folder.path, 'postgres'), database: 'toolgate' })));
  const applied = await prepareDatabase(ownerUrl);
  const urls = await roleUrls(settings, ownerUrl);
  const ledger = await chooseLedger(settings);
  if (ledger.service) stops.push(ledger.service.stop);
  if (ledger.redisUrl) await assertRedis(ledger.redisUrl);
  await build((stop) => stops.push(stop));
  console.log(
    `Database   ${settings.databaseUrl ? 'yours (DATABASE_URL)' : 'embedded PostgreSQL in the data folder'}${applied ? `, ${applied} migration(s) applied` : ''}`,
  );
  console.log(`Ledger     ${ledger.sentence}`);
  console.log(`Data       ${folder.path}`);
  const allowed = process.env.TOOLGATE_EGRESS_ALLOW;
  if (allowed) console.log(`Warning    registered servers may be at these private addresses (TOOLGATE_EGRESS_ALLOW): ${allowed}`);

  const { TOOLGATE_SIGNING_KEY, ...secrets } = readSecrets(folder, process.env);
  const shared = sharedEnvironment(settings, ledger, secrets);
  const supervisor = new Supervisor({
    logFolder: path.join(folder.path, 'logs'),
    onChildren: folder.setChildren,
    onGiveUp: (error) => void end(error),
  });
  stops.push(() => supervisor.stop());
  const runnerPort = await freePort();
  await Promise.all(apps(settings, urls, shared, { runnerPort, TOOLGATE_SIGNING_KEY }).map((app) => supervisor.start(app)));
  writeRunning(folder, settings, urls.toolgate_app, shared);
  console.log(
    `\n  Dashboard  ${settings.dashboardUrl}\n  Gateway    ${settings.gatewayUrl}\n\nReady. Ctrl-C stops everything and keeps the data.`,
  );
}

async function startService(run: () => Promise<Service>): Promise<string> {
  const service = await run().catch((error: Error) => {
    throw new StartError(error.message);
  });
  stops.push(service.stop);
  if (service.takenOver) console.log('Took over the embedded PostgreSQL of an earlier start.');
  return service.url;
}

/** @returns how many migrations were applied. */
async function prepareDatabase(ownerUrl: string): Promise<number> {
  try {
    const applied = await migrate(ownerUrl);
    await migrateQueue(ownerUrl);
    return applied.length;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const { host, pathname } = new URL(ownerUrl);
    throw new StartError(`The database ${host}${pathname} (DATABASE_URL) cannot be used: ${message || code || String(error)}`);
  }
}

/** What the apps connect with. The roles of a database that is the operator's keep the logins that they have. */
async function roleUrls(settings: Settings, ownerUrl: string): Promise<Record<Role, string>> {
  const urlOf = async (role: Role) => (settings.databaseUrl ? urlAsRole(ownerUrl, role) : loginUrl(ownerUrl, role));
  return { toolgate_app: await urlOf('toolgate_app'), toolgate_worker: await urlOf('toolgate_worker') };
}

function assertFree(host: string, port: number, variable: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is already in use' : `cannot be listened on (${error.code})`;
      reject(new StartError(`Port ${port} ${why}: stop what uses it, or set ${variable} to another port.`));
    });
    server.listen(port, host, () => server.close(() => resolve()));
  });
}

type Shared = ReturnType<typeof sharedEnvironment>;

function sharedEnvironment(
  settings: Settings,
  ledger: { kind: string; redisUrl: string | null },
  secrets: Omit<Secrets, 'TOOLGATE_SIGNING_KEY'>,
) {
  return {
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    GATEWAY_URL: settings.gatewayUrl,
    DASHBOARD_URL: settings.dashboardUrl,
    TOOLGATE_LEDGER: ledger.kind,
    TOOLGATE_DATA_DIR: settings.dataFolder,
    ...(ledger.redisUrl ? { REDIS_URL: ledger.redisUrl } : {}),
    ...secrets,
  };
}

const GATEWAY_VARIABLES = [
  'GATEWAY_ALLOWED_HOSTS',
  'GATEWAY_STORE_TIMEOUT_MS',
  'GATEWAY_CALL_TIMEOUT_MS',
  'GATEWAY_LIST_TIMEOUT_MS',
  'GATEWAY_STREAM_IDLE_MS',
  'GATEWAY_KEEPALIVE_MS',
  'GATEWAY_APPROVAL_HOLD_MS',
  'GATEWAY_MAX_RESPONSE_BYTES',
];
const DASHBOARD_VARIABLES = ['TRUSTED_PROXIES', 'MAIL_FROM', 'GITHUB_ID', 'GITHUB_SECRET', 'GOOGLE_ID', 'GOOGLE_SECRET'];

function apps(
  settings: Settings,
  urls: Record<Role, string>,
  shared: Shared,
  { runnerPort, TOOLGATE_SIGNING_KEY }: { runnerPort: number; TOOLGATE_SIGNING_KEY: string },
): App[] {
  const database = (role: Role) => ({
    DATABASE_URL: urls[role],
    ...(shared.TOOLGATE_LEDGER === 'embedded' ? { QUEUE_DATABASE_URL: urls[role] } : {}),
  });
  const runnerUrl = { TOOLGATE_RUNNER_URL: `http://127.0.0.1:${runnerPort}` };
  const egress = picked(['TOOLGATE_EGRESS_ALLOW']);
  const { TOOLGATE_RUNNER_TOKEN: _, ...withoutRunner } = shared;
  const { NEXTAUTH_SECRET: __, ...withoutSession } = shared;
  return [
    {
      name: 'runner',
      args: ['{root}/apps/runner/src/main.ts'],
      env: { ...withoutSession, ...database('toolgate_app'), ...picked(['WAVESPEED_BASE_URL']), RUNNER_PORT: String(runnerPort) },
    },
    {
      name: 'worker',
      args: ['{root}/apps/worker/src/main.ts'],
      env: {
        ...withoutSession,
        ...database('toolgate_worker'),
        ...runnerUrl,
        ...egress,
        ...picked(['TOOLGATE_AUDIT_RETENTION_MONTHS', 'SMTP_URL', 'MAIL_FROM']),
        TOOLGATE_SIGNING_KEY,
      },
    },
    {
      name: 'gateway',
      args: ['{root}/apps/gateway/src/main.ts'],
      env: {
        ...withoutSession,
        ...database('toolgate_app'),
        ...runnerUrl,
        ...egress,
        ...picked(GATEWAY_VARIABLES),
        GATEWAY_HOST: settings.host,
        GATEWAY_PORT: String(settings.gatewayPort),
      },
    },
    {
      name: 'dashboard',
      args: ['{root}/node_modules/next/dist/bin/next', 'start', '-H', settings.host, '-p', String(settings.dashboardPort)],
      cwd: 'apps/dashboard',
      env: { ...withoutRunner, ...database('toolgate_app'), ...picked(DASHBOARD_VARIABLES), NEXTAUTH_URL: settings.dashboardUrl },
      isReady: () => answers(`http://${settings.host}:${settings.dashboardPort}/sign-in`),
    },
  ];
}

const answers = (url: string): Promise<boolean> =>
  fetch(url, { redirect: 'manual' }).then(
    (response) => response.status < 500,
    () => false,
  );

/** Where the command line (`npm run toolgate`) finds this system. */
function writeRunning(folder: DataFolder, settings: Settings, databaseUrl: string, shared: Shared): void {
  folder.write(
    'running.json',
    JSON.stringify({
      pid: process.pid,
      databaseUrl,
      redisUrl: shared.REDIS_URL ?? null,
      ledger: shared.TOOLGATE_LEDGER,
      queueDatabaseUrl: shared.TOOLGATE_LEDGER === 'embedded' ? databaseUrl : null,
      keys: shared.TOOLGATE_KEYS,
      gatewayUrl: settings.gatewayUrl,
      dashboardUrl: settings.dashboardUrl,
    }),
  );
  stops.push(() => folder.remove('running.json'));
}

await start().catch(end);
