/** A whole Toolgate of a test's own, started with `scripts/start.ts` as `npm start` does, on free ports and an empty data folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '@toolgate/embedded/process';

export const root = path.resolve(import.meta.dirname, '../../..');

export interface Output {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface System {
  dashboardUrl: string;
  gatewayUrl: string;
  dataFolder: string;
  process: ChildProcess;
  /** What it has printed so far. */
  printed(): string;
  /** Runs `npm run -s toolgate -- …args` against it. */
  toolgate(args: string[], input?: unknown): Promise<Output>;
  /** Process numbers of its apps, by what their command line holds. */
  pidOf(part: string): number;
  /** Ctrl-C. Gives the exit code. */
  stop(): Promise<number | null>;
}

export interface SystemOptions {
  env?: Record<string, string>;
  /** One that an earlier system used, to find its data again. */
  dataFolder?: string;
  ports?: { dashboard: number; gateway: number };
}

/** Rejects with what it printed when it is not ready within three minutes (the first start builds). */
export async function startSystem({ env = {}, dataFolder = newDataFolder(), ports }: SystemOptions = {}): Promise<System> {
  const { dashboard, gateway } = ports ?? { dashboard: await freePort(), gateway: await freePort() };
  const environment = {
    ...cleanEnvironment(),
    DASHBOARD_PORT: String(dashboard),
    GATEWAY_PORT: String(gateway),
    TOOLGATE_DATA_DIR: dataFolder,
    ...env,
  };
  const child = spawn(process.execPath, [path.join(root, 'scripts/start.ts')], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready within 180 s:\n${printed}`)), 180_000);
    child.stdout.on('data', () => printed.includes('Ready.') && resolve(clearTimeout(timer)));
    child.once('exit', (code) => reject(new Error(`ended with ${code}:\n${printed}`)));
  });
  const command = (args: string[], input?: unknown) =>
    run('npm', ['run', '-s', 'toolgate', '--', ...args], { ...environment, ...env }, input === undefined ? '' : JSON.stringify(input));
  return {
    dashboardUrl: `http://localhost:${dashboard}`,
    gatewayUrl: `http://localhost:${gateway}`,
    dataFolder,
    process: child,
    printed: () => printed,
    toolgate: command,
    pidOf: (part) => {
      const { children } = JSON.parse(readFileSync(path.join(dataFolder, 'start.lock'), 'utf8')) as { children: number[] };
      const pid = children.find((candidate) => readFileSync(`/proc/${candidate}/cmdline`, 'utf8').includes(part));
      if (!pid) throw new Error(`no process of ${part} among ${children}`);
      return pid;
    },
    stop: () => end(child, 'SIGINT'),
  };
}

/** Starts it and gives what it printed and its exit code, for starts that must fail. */
export function startAndFail(env: Record<string, string>): Promise<Output> {
  return run(process.execPath, [path.join(root, 'scripts/start.ts')], { ...cleanEnvironment(), ...env }, '');
}

export function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode) return Promise.resolve(child.exitCode);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return ended;
}

export function run(command: string, args: string[], env: NodeJS.ProcessEnv, input: string): Promise<Output> {
  const child = spawn(command, args, { cwd: root, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const output: Output = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (output.stdout += chunk));
  child.stderr.on('data', (chunk) => (output.stderr += chunk));
  child.stdin.end(input);
  return new Promise((resolve) => child.once('close', (code) => resolve({ ...output, code })));
}

export function newDataFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'toolgate-e2e-'));
  chmodSync(folder, 0o755); // an embedded PostgreSQL that drops root's rights must pass through
  return folder;
}

export const removeDataFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** The tests' own settings must not reach the system under test, nor those of whoever runs them. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const own = /^(TOOLGATE_|DASHBOARD_|GATEWAY_|NEXTAUTH_|GITHUB_|GOOGLE_|E2E_|TEST_|DATABASE_URL|REDIS_URL|NODE_ENV|NODE_OPTIONS|PW)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}
