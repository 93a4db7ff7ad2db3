/** An event as a line of COPY in PostgreSQL's text format (documentation of COPY, "Text Format"). */
import type { AuditEvent } from '@toolgate/audit/event';

export function copyLine(event: AuditEvent): string {
  let line = field(event[COLUMNS[0]]);
  for (let i = 1; i < COLUMNS.length; i++) line += `\t${field(event[COLUMNS[i] as (typeof COLUMNS)[number]])}`;
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

function field(value: unknown): string {
  if (value === null || value === undefined) return '\\N';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return SPECIAL.test(text) ? text.replace(EACH_SPECIAL, (character) => ESCAPES[character] as string) : text;
}

const SPECIAL = /[\\\t\n\r]/;
const EACH_SPECIAL = /[\\\t\n\r]/g;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
