import { type AuditEvent, auditFacts } from '@toolgate/audit/event';
import { expect, test } from 'vitest';
import { addNewer, addOlder, type EventPage, listOf, showWaiting } from './event-list.ts';

const event = (seq: number): AuditEvent => ({
  ...auditFacts({ id: `call_${seq}`, organizationId: 'org', at: '2026-01-01T00:00:00.000Z', kind: 'call' }),
  seq,
  prevHash: '',
  hash: '',
});
const page = (...seqs: number[]): EventPage => ({ events: seqs.map(event), more: true, from: seqs.at(-1) ?? 0, to: seqs[0] ?? 0 });
const seqs = (events: AuditEvent[]) => events.map(({ seq }) => seq);

test('new events go on top, each once', () => {
  const list = addNewer(addNewer(listOf(page(5, 4)), page(7, 6), false), page(7, 6), false);
  expect(seqs(list.shown)).toEqual([7, 6, 5, 4]);
  expect(list.to).toBe(7);
});

test('while somebody reads, new events wait, and nothing that is shown moves', () => {
  const list = addNewer(addNewer(listOf(page(5, 4)), page(6), true), page(8, 7), true);
  expect([seqs(list.shown), seqs(list.waiting), list.to]).toEqual([[5, 4], [8, 7, 6], 8]);
  expect(seqs(showWaiting(list).shown)).toEqual([8, 7, 6, 5, 4]);
});

test('reading on begins after what was looked at, not after what matched', () => {
  expect(addNewer(listOf(page(5)), { events: [], more: false, from: 6, to: 900 }, false).to).toBe(900);
  const older = addOlder(listOf(page(500)), { events: [], more: true, from: 120, to: 499 });
  expect([older.from, older.more]).toEqual([120, true]);
});

test('older events are added below, each once', () => {
  const list = addOlder(listOf(page(5, 4)), { events: [event(4), event(3)], more: false, from: 1, to: 4 });
  expect([seqs(list.shown), list.more, list.from]).toEqual([[5, 4, 3], false, 1]);
});

test('a viewer that stays open lets the oldest rows go and says that there are more', () => {
  const many = Array.from({ length: 2005 }, (_, index) => event(3000 - index));
  const list = showWaiting({ shown: many, waiting: [event(3001)], more: false, from: 1, to: 3001 });
  expect(list.shown).toHaveLength(2000);
  expect([list.more, list.from]).toEqual([true, 1002]);
});
