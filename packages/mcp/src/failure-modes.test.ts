/** docs/failure-modes.md and the tables in the code say the same. */
import { readFileSync } from 'node:fs';
import { OUTCOMES } from '@toolgate/audit/event';
import { DECISION_CODES } from '@toolgate/policy/decision';
import { describe, expect, test } from 'vitest';
import { errorCode, FAULT_CODES, httpStatus, publicText } from './errors.ts';
import { MAX_DEPTH, MAX_KEYS, MAX_VALUES } from './json-scanner.ts';
import type { MessageProblem } from './message.ts';
import { faultOf } from './read-message.ts';
import { JSON_PROBLEMS } from './strict-json.ts';

const text = readFileSync(new URL('../../../docs/failure-modes.md', import.meta.url), 'utf8');

/** The rows of all tables whose first column is headed like this, cell by cell. */
function rowsOf(heading: string): string[][] {
  const rows: string[][] = [];
  let inside = false;
  for (const line of text.split('\n')) {
    if (!line.startsWith('|')) inside = false;
    else if (line.startsWith(`| ${heading} |`)) inside = true;
    else if (inside && !line.startsWith('|---'))
      rows.push(
        line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      );
  }
  return rows;
}

const code = (cell: string | undefined): string => cell?.replaceAll('`', '') ?? '';
const codesOf = (rows: string[][]): string[] => rows.map(([first]) => code(first)).sort();

describe('every error', () => {
  const rows = rowsOf('Code | HTTP | JSON-RPC');

  test('is in the page, once, and no other', () => {
    expect(codesOf(rows)).toEqual([...FAULT_CODES].sort());
  });

  test.each(FAULT_CODES)('%s is there with its status, its code and its text, why it comes and what to do', (fault) => {
    const [, status, rpc, reads, why, advice] = rows.find(([first]) => code(first) === fault) ?? [];
    expect([status, rpc, reads]).toEqual([String(httpStatus(fault)), String(errorCode(fault)), publicText(fault)]);
    expect(why).not.toBe('');
    expect(advice).not.toBe('');
  });

  test('of the gateway’s own has a code in the range that the page names', () => {
    const own = FAULT_CODES.map(errorCode).filter((rpc) => rpc > -32000);
    expect(own.every((rpc) => rpc >= -31599 && rpc <= -31400)).toBe(true);
  });
});

test('every decision is in the page, and no other', () => {
  const rows = rowsOf('Code | The caller sees');
  expect(codesOf(rows)).toEqual([...DECISION_CODES].sort());
  for (const [first, sees, why, advice] of rows) {
    expect(sees).not.toBe('');
    expect(why).not.toBe('');
    if (code(first) !== 'allowed') expect(advice).not.toBe('');
  }
});

test('every outcome is in the page, and no other', () => {
  expect(codesOf(rowsOf('Outcome'))).toEqual([...OUTCOMES].sort());
});

test('every reason for which a body is refused is in the page, with the error that it becomes', () => {
  const ofMessages: Record<MessageProblem, true> = { batch: true, not_a_message: true, tool_call_without_id: true, invalid_params: true };
  const problems = [...JSON_PROBLEMS, ...(Object.keys(ofMessages) as MessageProblem[])];
  const rows = rowsOf('Problem');
  expect(codesOf(rows)).toEqual([...problems].sort());
  for (const problem of problems) expect(code(rows.find(([first]) => code(first) === problem)?.[1])).toBe(faultOf(problem));
  const spaced = (count: number) => String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
  for (const limit of [MAX_DEPTH, MAX_KEYS, MAX_VALUES]) expect(text.includes(`than ${spaced(limit)} `)).toBe(true);
});

test('each link within the page has its heading', () => {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
  for (const [, target] of text.matchAll(/\]\(#([^)]+)\)/g)) expect(headings).toContain(target);
});
