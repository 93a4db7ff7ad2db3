import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { hasRequirements } from './requirements.ts';
import { suiteFolder } from './suite-folder.ts';

/** The suite names no requirements of the first two: there, everything that it has for the revision counts. */
export const REVISIONS = ['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'] as const;
export type Revision = (typeof REVISIONS)[number];

/** One check of a scenario, as the suite reports it. */
export interface Check {
  id: string;
  status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  errorMessage: string | null;
}

export interface SuiteRun {
  /** Checks in the order they were made in, by scenario in the order they ran in. */
  scenarios: Map<string, Check[]>;
  /** The suite's own verdict: 0 when everything that the revision requires has passed. */
  exitCode: number;
}

const TIMEOUT_MS = 240_000;
const PATIENCE = new URL('./give-up-later.ts', import.meta.url).href;

/**
 * Runs `@modelcontextprotocol/conformance` for what a revision asks of the server at `url`, in a process of its own, and reads what
 * it has written to `folder`.
 * @throws when the suite does not end within four minutes, or reports nothing.
 */
export async function runSuite(revision: Revision, url: string, folder: string): Promise<SuiteRun> {
  await mkdir(folder, { recursive: true });
  const earlier = new Set(await readdir(folder));
  const { code, output } = await runProcess(['server', '--url', url, ...selection(revision), '-o', folder]);
  const ran = [...output.matchAll(/^=== Running scenario: (\S+) ===$/gm)].map(([, name]) => name as string);
  if (code === null || ran.length === 0) throw new Error(`The conformance suite did not run against ${url}:\n${output.slice(-2000)}`);
  const folders = (await readdir(folder)).filter((name) => !earlier.has(name));
  const scenarios = new Map<string, Check[]>();
  for (const name of ran) scenarios.set(name, await readChecks(folder, folders, name));
  return { scenarios, exitCode: code };
}

const selection = (revision: Revision): string[] =>
  hasRequirements(revision) ? ['--requirements', revision] : ['--suite', 'active', '--spec-version', revision];

function runProcess(args: string[]): Promise<{ code: number | null; output: string }> {
  const main = path.join(suiteFolder(), 'dist/index.js');
  const child = spawn(process.execPath, ['--import', PATIENCE, main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => void child.once('error', reject).once('close', (code) => resolve({ code, output })));
}

/** A scenario that the suite could not run at all writes nothing: that is one failure. */
async function readChecks(folder: string, folders: string[], scenario: string): Promise<Check[]> {
  const own = folders.find(
    (name) => name.startsWith(`server-${scenario}-`) && /^\d{4}-\d\d-\d\dT/.test(name.slice(`server-${scenario}-`.length)),
  );
  const text = own && (await readFile(path.join(folder, own, 'checks.json'), 'utf8').catch(() => null));
  if (!text) return [{ id: scenario, status: 'FAILURE', errorMessage: 'The scenario reported nothing.' }];
  const checks = JSON.parse(text) as (Omit<Check, 'errorMessage'> & { errorMessage?: string })[];
  return checks.map(({ id, status, errorMessage = null }) => ({ id, status, errorMessage }));
}
