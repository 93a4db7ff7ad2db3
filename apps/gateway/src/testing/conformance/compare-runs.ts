import { hasRequirements, requiredScenarios } from './requirements.ts';
import type { Check, Revision, SuiteRun } from './run-suite.ts';

export interface ScenarioRow {
  scenario: string;
  required: boolean;
  direct: Tally;
  through: Tally;
  differences: Difference[];
}

/** How many checks passed and failed; warnings are what the specification only recommends. */
export interface Tally {
  passed: number;
  failed: number;
  warnings: number;
}

/** One check whose outcome is not the same; null: the check was not made. */
export interface Difference {
  id: string;
  direct: Omit<Check, 'id'> | null;
  through: Omit<Check, 'id'> | null;
}

export interface Comparison {
  revision: Revision;
  rows: ScenarioRow[];
  /** Required scenarios in which a check failed, or which did not run, on either way; the suite's own verdict counts too. */
  failedRequirements: string[];
  /** Scenarios with a check that differs. */
  differing: string[];
}

/** Holds two runs of one revision against each other, check by check: each must be there on both sides with the same status and message. */
export function compareRuns(revision: Revision, direct: SuiteRun, through: SuiteRun): Comparison {
  const required = hasRequirements(revision)
    ? requiredScenarios(revision)
    : new Set([...direct.scenarios.keys(), ...through.scenarios.keys()]);
  const names = new Set([...required, ...direct.scenarios.keys(), ...through.scenarios.keys()]);
  const rows = [...names].map((scenario): ScenarioRow => {
    const [one, other] = [direct.scenarios.get(scenario) ?? [], through.scenarios.get(scenario) ?? []];
    const differences = compareChecks(one, other);
    return { scenario, required: required.has(scenario), direct: tally(one), through: tally(other), differences };
  });
  const fails = ({ passed, failed }: Tally) => failed > 0 || passed === 0;
  const failed = rows.filter((row) => row.required && (fails(row.direct) || fails(row.through))).map(({ scenario }) => scenario);
  const suiteFailed = direct.exitCode !== 0 || through.exitCode !== 0;
  return {
    revision,
    rows,
    failedRequirements: failed.length === 0 && suiteFailed ? ['(the suite itself)'] : failed,
    differing: rows.filter(({ differences }) => differences.length > 0).map(({ scenario }) => scenario),
  };
}

/** The n-th check of an id is compared with the n-th one of the same id. */
function compareChecks(direct: Check[], through: Check[]): Difference[] {
  const [one, other] = [number(direct), number(through)];
  return [...new Set([...one.keys(), ...other.keys()])]
    .map((id) => ({ id, direct: one.get(id) ?? null, through: other.get(id) ?? null }))
    .filter(({ direct, through }) => direct?.status !== through?.status || direct?.errorMessage !== through?.errorMessage);
}

function number(checks: Check[]): Map<string, Omit<Check, 'id'>> {
  const numbered = new Map<string, Omit<Check, 'id'>>();
  for (const { id, status, errorMessage } of checks) {
    let [name, n] = [id, 1];
    while (numbered.has(name)) name = `${id} #${++n}`;
    numbered.set(name, { status, errorMessage });
  }
  return numbered;
}

function tally(checks: Check[]): Tally {
  const count = (status: Check['status']) => checks.filter((check) => check.status === status).length;
  return { passed: count('SUCCESS'), failed: count('FAILURE'), warnings: count('WARNING') };
}

export function addTallies(tallies: Tally[]): Tally {
  const sum = (of: keyof Tally) => tallies.reduce((total, tally) => total + tally[of], 0);
  return { passed: sum('passed'), failed: sum('failed'), warnings: sum('warnings') };
}
