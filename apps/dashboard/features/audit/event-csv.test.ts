import { type AuditEvent, auditFacts } from '@toolgate/audit/event';
import { expect, test } from 'vitest';
import { CSV_HEADER, eventCsv } from './event-csv.ts';

const event = (known: Partial<AuditEvent>): AuditEvent => ({
  ...auditFacts({ id: 'call_1', organizationId: 'org', at: '2026-01-01T00:00:00.000Z', kind: 'call' }),
  seq: 12,
  prevHash: 'aa',
  hash: 'bb',
  ...known,
});

test('a line has one cell for each column', () => {
  expect(eventCsv(event({})).split(',')).toHaveLength(CSV_HEADER.split(',').length);
  expect(eventCsv(event({})).endsWith(',bb\r\n')).toBe(true);
});

test.each(['=HYPERLINK("http://x")', '+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1', '\n=1'])('%j cannot be run as a formula', (tool) => {
  expect(eventCsv(event({ tool }))).toContain(`"'${tool.replaceAll('"', '""')}"`);
});

test('quotes, commas and line ends stay inside their cell', () => {
  expect(eventCsv(event({ message: 'a "b", c\r\nd' }))).toContain('"a ""b"", c\r\nd"');
});

test('numbers stay numbers, a negative one too', () => {
  expect(eventCsv(event({ latencyMs: -1 }))).toContain(',-1,');
});
