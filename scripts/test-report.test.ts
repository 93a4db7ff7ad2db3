import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readTestReport } from './test-report.ts';

const root = path.resolve(import.meta.dirname, '..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'toolgate-report-'));
symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const report = path.join(folder, 'report.json');

/** Runs one of the two programs in the folder, with its report. */
async function run(program: string, args: string[]): Promise<void> {
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: report };
  const child = spawn(path.join(root, 'node_modules/.bin', program), args, { cwd: folder, stdio: 'ignore', env });
  await once(child, 'exit');
}

const cases = (from: string) => `
  import { expect, test } from '${from}';
  test('holds', () => {});
  test('breaks', () => expect(1).toBe(2));
`;

test('what failed in Vitest is told with file, name and message, files that do not load too', async () => {
  writeFileSync(path.join(folder, 'some.test.ts'), cases('vitest'));
  writeFileSync(path.join(folder, 'torn.test.ts'), "throw new Error('torn');");
  await run('vitest', ['run', '--root', folder, '--reporter=json', `--outputFile.json=${report}`]);
  const { passed, failed, failures } = readTestReport(report);
  expect({ passed, failed }).toEqual({ passed: 1, failed: 2 });
  expect(failures.toSorted()).toEqual([
    expect.stringMatching(/some\.test\.ts › breaks\n.*expected 1 to be 2/),
    expect.stringMatching(/torn\.test\.ts\n.*torn/),
  ]);
});

test('what failed in Playwright is told with file, name and message, also when another try of it passed', async () => {
  const again = "test('passes when tried again', ({}, { retry }) => expect(retry).toBe(1));";
  writeFileSync(path.join(folder, 'some.spec.ts'), `${cases('@playwright/test')}${again}`);
  writeFileSync(path.join(folder, 'playwright.config.ts'), "export default { testMatch: '*.spec.ts', retries: 1, reporter: 'json' };");
  await run('playwright', ['test']);
  const { passed, failed, failures } = readTestReport(report);
  expect({ passed, failed }).toEqual({ passed: 1, failed: 2 });
  expect(failures).toEqual([
    expect.stringMatching(/some\.spec\.ts › breaks\n(?:.*\n)*.*Expected: 2/),
    expect.stringMatching(/some\.spec\.ts › passes when tried again\n/),
  ]);
});

test('no report is one failure', () => {
  expect(readTestReport(path.join(folder, 'none.json'))).toEqual({ passed: 0, failed: 1, skipped: 0, failures: [] });
});
