/** What a run of Vitest or Playwright says in its JSON report: how many tests, and why those failed that did. */
import { existsSync, readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

export interface TestReport {
  passed: number;
  failed: number;
  skipped: number;
  /** File, name and message of each that failed, a few lines each. */
  failures: string[];
}

/** A report that is missing counts as one failure. A browser test that passed only when it was tried again has failed. */
export function readTestReport(file: string): TestReport {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0, failures: [] };
  const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport | PlaywrightReport;
  return 'stats' in report ? ofPlaywright(report) : ofVitest(report);
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] | null }[];
  }[];
}

function ofVitest({ numPassedTests, numFailedTests, numPendingTests, testResults }: VitestReport): TestReport {
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    // A file can fail outside its tests: while it is loaded, or in a hook.
    if (status === 'failed' && !failed.length) return [told(name, '', message ?? '')];
    return failed.map((test) => told(name, test.fullName, test.failureMessages?.join('\n') ?? ''));
  });
  return { passed: numPassedTests, failed: Math.max(numFailedTests, failures.length), skipped: numPendingTests, failures };
}

interface PlaywrightSuite {
  specs?: { file: string; title: string; ok: boolean; tests: { results: { status: string; errors: { message?: string }[] }[] }[] }[];
  suites?: PlaywrightSuite[];
}

interface PlaywrightReport extends PlaywrightSuite {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors?: { message?: string }[];
}

function ofPlaywright({ stats, errors = [], suites = [] }: PlaywrightReport): TestReport {
  const failures = [...errors.map(({ message }) => told('browser tests', '', message ?? '')), ...suites.flatMap(failuresOf)];
  return { passed: stats.expected, failed: Math.max(stats.unexpected + stats.flaky, failures.length), skipped: stats.skipped, failures };
}

const failuresOf = ({ specs = [], suites = [] }: PlaywrightSuite): string[] => [
  ...specs.flatMap(({ file, title, tests }) => {
    const bad = tests.flatMap(({ results }) => results).filter(({ status }) => status !== 'passed' && status !== 'skipped');
    return bad.length ? [told(file, title, bad.flatMap(({ errors }) => errors.map(({ message }) => message ?? '')).join('\n'))] : [];
  }),
  ...suites.flatMap(failuresOf),
];

const LINES = 12;

function told(file: string, name: string, message: string): string {
  const lines = stripVTControlCharacters(message).split('\n').slice(0, LINES);
  return [[file, name].filter(Boolean).join(' › '), ...lines.map((line) => `    ${line}`)].join('\n');
}
