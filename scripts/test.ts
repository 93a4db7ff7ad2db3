/**
 * `npm test`: everything. Installs what the system lacks where it may (root on Debian), else says what to install; then
 * format, types, unit and integration tests, the build, and the browser tests. Everything runs on free ports and on data
 * of its own, so that two runs at once do not meet.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findProgram } from '@toolgate/embedded/process';
import { findChromium } from './chromium.ts';
import { readTestReport } from './test-report.ts';

const root = path.resolve(import.meta.dirname, '..');
const bin = (name: string) => path.join(root, 'node_modules/.bin', name);
const scratch = mkdtempSync(path.join(os.tmpdir(), 'toolgate-run-'));

function install(): void {
  const missing = [
    ...(findProgram(['redis-server', 'valkey-server']) ? [] : [{ what: 'redis-server', packages: ['redis-server'] }]),
    ...(findChromium() ? [] : [{ what: 'Chromium', packages: ['chromium', 'fonts-liberation'] }]),
  ];
  if (!missing.length) return;
  const names = missing.flatMap(({ packages }) => packages);
  const may = process.getuid?.() === 0 && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;
  if (may) {
    console.log(`Installing ${names.join(' ')} …`);
    const apt = (...args: string[]) =>
      // A package may want to start its service: policy-rc.d-style refusal is left to the system; ours are started by the tests.
      spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', '-qq', ...args], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
      });
    apt('update');
    apt('install', '-y', '--no-install-recommends', ...names);
  }
  const still = [
    ...(findProgram(['redis-server', 'valkey-server'])
      ? []
      : ['redis-server or valkey-server (Debian, Ubuntu: apt install redis-server; macOS: brew install redis)']),
    ...(findChromium()
      ? []
      : ['Chromium (Debian: apt install chromium; elsewhere: npx playwright install chromium; or set CHROMIUM_PATH)']),
  ];
  if (still.length) throw new Error(`The tests need:\n${still.map((line) => `- ${line}`).join('\n')}\nInstall it and run npm test again.`);
}

function run(title: string, command: string, args: string[], env: Record<string, string> = {}): Promise<boolean> {
  console.log(`\n── ${title}`);
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', TURBO_TELEMETRY_DISABLED: '1', ...env },
  });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code === 0)).once('error', () => resolve(false)));
}

async function main(): Promise<number> {
  install();
  const [unit, browser] = [path.join(scratch, 'vitest.json'), path.join(scratch, 'playwright.json')];
  const steps: [string, () => Promise<boolean>][] = [
    ['format and lint', () => run('Format and lint', bin('biome'), ['check', '.'])],
    ['types', () => run('Types', bin('turbo'), ['run', 'typecheck', '--output-logs=errors-only'])],
    ['types of the scripts', () => run('Types of the scripts', bin('tsc'), ['-p', '.'])],
    [
      'unit and integration',
      () => run('Unit and integration tests', bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${unit}`]),
    ],
    ['build', () => run('Build', process.execPath, ['scripts/build.ts'])],
    [
      'browser',
      () =>
        run('Browser tests', bin('playwright'), ['test', '--config', 'apps/e2e/playwright.config.ts'], {
          PLAYWRIGHT_JSON_OUTPUT_NAME: browser,
        }),
    ],
  ];
  const failed: string[] = [];
  // The rest runs on after a failure: one run tells everything.
  for (const [name, step] of steps) if (!(await step())) failed.push(name);
  const reports = [unit, browser].map(readTestReport);
  const sum = (key: 'passed' | 'failed' | 'skipped') => reports.reduce((total, report) => total + report[key], 0);
  // Again at the end: what failed first is thousands of lines above.
  for (const failure of reports.flatMap(({ failures }) => failures)) console.log(`\n✗ ${failure}`);
  if (failed.length) console.log(`\nFailed: ${failed.join(', ')}`);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed${sum('skipped') ? `, ${sum('skipped')} skipped` : ''}`);
  return failed.length ? 1 : 0;
}

const code = await main().catch((error: Error) => {
  console.error(error.message);
  return 1;
});
rmSync(scratch, { recursive: true, force: true });
process.exit(code);
