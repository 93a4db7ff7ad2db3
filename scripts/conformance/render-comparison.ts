import {
  addTallies,
  type Comparison,
  type Difference,
  type ScenarioRow,
  type Tally,
} from '../../apps/gateway/src/testing/conformance/compare-runs.ts';

const COLUMNS = [50, 24, 24] as const;

/** A table of scenarios, direct and through the gateway; below it every check that differs, with what the suite says on both sides. */
export function renderComparison({ revision, rows, failedRequirements, differing }: Comparison): string {
  const line = (...cells: string[]) =>
    cells
      .map((cell, column) => cell.padEnd(COLUMNS[column] ?? 0))
      .join(' ')
      .trimEnd();
  const total = (of: 'direct' | 'through') => describe(addTallies(rows.map((row) => row[of])));
  const count = (names: string[], what: string) => (names.length === 0 ? `No ${what}.` : `${what}: ${names.join(', ')}`);
  return [
    `\n${revision}\n`,
    line('scenario (* not required)', 'direct', 'through the gateway'),
    ...rows.map((row) => line(`${row.scenario}${row.required ? '' : ' *'}`, describe(row.direct), describe(row.through), verdict(row))),
    line('total', total('direct'), total('through')),
    '',
    ...rows.flatMap(({ scenario, differences }) => differences.map((difference) => renderDifference(scenario, difference))),
    count(differing, 'Differing scenarios').replace('No Differing', 'No differing'),
    count(failedRequirements, 'Failed requirements').replace('No Failed', 'No failed'),
  ].join('\n');
}

const verdict = ({ differences }: ScenarioRow): string => (differences.length === 0 ? '' : `differs in ${differences.length}`);

const describe = ({ passed, failed, warnings }: Tally): string =>
  [`${passed} passed`, ...(failed > 0 ? [`${failed} failed`] : []), ...(warnings > 0 ? [`${warnings} warnings`] : [])].join(', ');

const shorten = (text: string | null): string | null => (text && text.length > 240 ? `${text.slice(0, 240)} …` : text);

function renderDifference(scenario: string, { id, direct, through }: Difference): string {
  const side = (name: string, check: Difference['direct']) =>
    `    ${name.padEnd(8)} ${check ? [check.status, shorten(check.errorMessage)].filter(Boolean).join(': ') : 'not checked'}`;
  return [`  ${scenario} / ${id}`, side('direct', direct), side('through', through), ''].join('\n');
}
