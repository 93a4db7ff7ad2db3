/** The conformance suite gives the same results through the gateway as against the server itself. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addTallies, compareRuns, type Tally } from './testing/conformance/compare-runs.ts';
import { type ConformanceGateway, startConformanceGateway } from './testing/conformance/conformance-gateway.ts';
import { REVISIONS, type Revision, runSuite, type SuiteRun } from './testing/conformance/run-suite.ts';

/** What the suite finds in the upstream itself; all that fails is of the tasks extension, which no revision requires. */
const UPSTREAM: Record<Revision, Tally> = {
  '2025-03-26': { passed: 3, failed: 0, warnings: 0 },
  '2025-06-18': { passed: 56, failed: 0, warnings: 0 },
  '2025-11-25': { passed: 84, failed: 0, warnings: 0 },
  '2026-07-28': { passed: 170, failed: 24, warnings: 0 },
};

/** More than a run of the suite may take. */
const SUITE_MS = 300_000;

let running: ConformanceGateway;
const folder = mkdtempSync(path.join(os.tmpdir(), 'toolgate-conformance-'));
beforeAll(async () => {
  running = await startConformanceGateway();
});
afterAll(async () => {
  await running?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

describe.each(REVISIONS)('%s', (revision) => {
  let direct: SuiteRun;
  beforeAll(async () => {
    direct = await runSuite(revision, running.direct, path.join(folder, revision, 'direct'));
  }, SUITE_MS);

  test('the upstream meets everything that the revision requires', () => {
    const { rows, failedRequirements } = compareRuns(revision, direct, direct);
    expect(failedRequirements).toEqual([]);
    expect(addTallies(rows.map((row) => row.direct))).toEqual(UPSTREAM[revision]);
  });

  test.each(['server', 'organization'] as const)(
    "through the %s's address every check has the same result, and nothing required fails",
    async (address) => {
      const through = await runSuite(revision, running.through[address], path.join(folder, revision, address));
      const { rows, failedRequirements } = compareRuns(revision, direct, through);
      const differing = rows.flatMap(({ scenario, differences }) => differences.map((difference) => ({ scenario, ...difference })));
      expect(differing).toEqual([]);
      expect(failedRequirements).toEqual([]);
    },
    SUITE_MS,
  );
});
