import type { AuditEvent } from './event.ts';

/**
 * An event as a line of COPY in PostgreSQL's text format (documentation of COPY, "Text Format"), with the columns COPY_COLUMNS.
 * @param detail its detail as JSON text, by whoever has it already
 */
export function copyLine(event: AuditEvent, detail = JSON.stringify(event.detail)): string {
  let line = '';
  for (let i = 0; i < COLUMNS.length; i++) {
    const column = COLUMNS[i] as (typeof COLUMNS)[number];
    const value = column === 'detail' ? detail : (event[column] ?? null);
    line += (i > 0 ? '\t' : '') + (value === null ? '\\N' : typeof value === 'number' ? value : escaped(value));
  }
  return `${line}\n`;
}

const COLUMNS = [
  'organizationId',
  'seq',
  'at',
  'id',
  'kind',
  'decision',
  'outcome',
  'code',
  'method',
  'tool',
  'serverId',
  'server',
  'grantId',
  'grant',
  'client',
  'message',
  'rule',
  'policyId',
  'policyVersion',
  'latencyMs',
  'requestId',
  'actor',
  'action',
  'detail',
  'prevHash',
  'hash',
] as const satisfies (keyof AuditEvent)[];

/** The same columns, for SQL. */
export const COPY_COLUMNS = COLUMNS.map((name) => `"${name}"`).join(', ');

function escaped(text: string): string {
  return SPECIAL.test(text) ? text.replace(EACH_SPECIAL, (character) => ESCAPES[character] as string) : text;
}

const SPECIAL = /[\\\t\n\r]/;
const EACH_SPECIAL = /[\\\t\n\r]/g;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
