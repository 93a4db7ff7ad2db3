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

/** Those that run now. */
const running = new Set<ChildProcess>();

/** Ends what a failed test left running. */
export async function endSystems(): Promise<void> {
  await Promise.all([...running].map((child) => end(child, 'SIGINT')));
}

const TRIES = 5;

/** Rejects with what it printed when it does not get ready (the first start builds). Ports that somebody takes before it does are exchanged for others, but not those asked for. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const dataFolder = options.dataFolder ?? newDataFolder();
  for (let tries = 1; ; tries++) {
    try {
      return await startOnce({ ...options, dataFolder });
    } catch (error) {
      if (options.ports || tries === TRIES || !/already in use|EADDRINUSE/.test(String(error))) throw error;
    }
  }
}

const PATIENCE_MS = 300_000;

async function startOnce({ env = {}, dataFolder, ports }: SystemOptions & { dataFolder: string }): Promise<System> {
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
  running.add(child);
  child.once('exit', () => running.delete(child));
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (printed += chunk));
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not ready within ${PATIENCE_MS / 1000} s:\n${printed}`)), PATIENCE_MS);
    child.stdout.on('data', () => printed.includes('Ready.') && resolve());
    // Not `exit`: what it printed last may come after that.
    child.once('close', (code) => reject(new Error(`ended with ${code}:\n${printed}`)));
  })
    .catch(async (error) => {
      await end(child, 'SIGINT');
      throw error;
    })
    .finally(() => clearTimeout(timer));
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
      const pid = children.find((candidate) => isRunning(candidate, part));
      if (!pid) throw new Error(`no process of ${part} among ${children}`);
      return pid;
    },
    stop: () => end(child, 'SIGINT'),
  };
}

/** Whether a process lives whose command line holds this: neither one that is dead and not yet buried, nor another one that got its number. */
export function isRunning(pid: number, part: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(part);
  } catch {
    return false;
  }
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
  // Letters of several bytes may lie in two chunks.
  child.stdout.setEncoding('utf8').on('data', (chunk) => (output.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk) => (output.stderr += chunk));
  // What ends before it has read everything says why itself.
  child.stdin.on('error', () => {}).end(input);
  return new Promise((resolve) => child.once('close', (code) => resolve({ ...output, code })));
}

export function newDataFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'toolgate-e2e-'));
  chmodSync(folder, 0o755); // an embedded PostgreSQL that drops root's rights must pass through
  return folder;
}

export const removeDataFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });

/** The tests' own settings must not reach the system under test, nor those of whoever runs them. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const own = /^(TOOLGATE_|DASHBOARD_|GATEWAY_|NEXTAUTH_|GITHUB_|GOOGLE_|E2E_|TEST_|DATABASE_URL|REDIS_URL|NODE_ENV|NODE_OPTIONS|PW)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}
