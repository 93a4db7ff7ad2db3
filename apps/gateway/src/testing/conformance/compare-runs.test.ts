import { expect, test } from 'vitest';
import { compareRuns } from './compare-runs.ts';
import { requiredScenarios } from './requirements.ts';
import type { Check, SuiteRun } from './run-suite.ts';

const REVISION = '2025-11-25';
const passed = (id: string): Check => ({ id, status: 'SUCCESS', errorMessage: null });
const complete: [string, Check[]][] = [...requiredScenarios(REVISION)].map((name) => [name, [passed(name)]]);
const run = (changes: Record<string, Check[]> = {}, exitCode = 0): SuiteRun => ({
  scenarios: new Map([...complete, ...Object.entries(changes)]),
  exitCode,
});
const differencesOf = (direct: Check[], through: Check[]) =>
  compareRuns(REVISION, run({ extra: direct }), run({ extra: through })).rows.flatMap(({ differences }) => differences);

test('two runs that are alike do not differ, and meet what is required', () => {
  expect(compareRuns(REVISION, run(), run())).toMatchObject({ differing: [], failedRequirements: [] });
});

test('another status, another message and a check that was not made are differences', () => {
  const failed: Check = { id: 'a', status: 'FAILURE', errorMessage: 'one' };
  expect(differencesOf([passed('a')], [failed])).toMatchObject([
    { id: 'a', direct: { status: 'SUCCESS' }, through: { status: 'FAILURE' } },
  ]);
  expect(differencesOf([failed], [{ ...failed, errorMessage: 'two' }])).toHaveLength(1);
  expect(differencesOf([passed('a'), passed('a')], [passed('a')])).toMatchObject([{ id: 'a #2', through: null }]);
});

test('a required scenario that fails, even on both ways alike, or that is missing, fails the revision', () => {
  const failing = run({ ping: [{ id: 'ping', status: 'FAILURE', errorMessage: 'no' }] });
  expect(compareRuns(REVISION, failing, failing)).toMatchObject({ differing: [], failedRequirements: ['ping'] });
  const partial = run();
  partial.scenarios.delete('ping');
  expect(compareRuns(REVISION, partial, partial).failedRequirements).toEqual(['ping']);
});

test('the suite ending with an error fails the revision, whatever it has written', () => {
  expect(compareRuns(REVISION, run(), run({}, 1)).failedRequirements).toHaveLength(1);
});
