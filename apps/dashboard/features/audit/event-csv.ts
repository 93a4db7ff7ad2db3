import type { AuditEvent } from '@toolgate/audit/event';

const COLUMNS = [
  'seq',
  'at',
  'kind',
  'decision',
  'outcome',
  'code',
  'method',
  'tool',
  'server',
  'grant',
  'client',
  'message',
  'rule',
  'policyVersion',
  'latencyMs',
  'requestId',
  'actor',
  'action',
  'id',
  'prevHash',
  'hash',
] as const satisfies readonly (keyof AuditEvent)[];

/** First line of the file (RFC 4180, lines end in CRLF). */
export const CSV_HEADER = `${COLUMNS.join(',')}\r\n`;

/** One event as one CSV line. A text that a spreadsheet would run as a formula is made plain text by a leading apostrophe. */
export function eventCsv(event: AuditEvent): string {
  return `${COLUMNS.map((column) => cell(event[column])).join(',')}\r\n`;
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  // OWASP "CSV Injection": these characters at the start begin a formula in one spreadsheet or another.
  const plain = /^[=+\-@\t\r\n|%＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n']/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
