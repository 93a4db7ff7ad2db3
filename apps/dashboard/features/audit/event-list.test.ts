import { type AuditEvent, auditFacts } from '@toolgate/audit/event';
import { describe, expect, test } from 'vitest';
import { addNewer, addOlder, type EventList, newestSeq, showWaiting } from './event-list.ts';

const event = (seq: number): AuditEvent => ({
  ...auditFacts({ id: `call_${seq}`, organizationId: 'org', at: '2026-01-01T00:00:00.000Z', kind: 'call' }),
  seq,
  prevHash: '',
  hash: '',
});
const list = (...seqs: number[]): EventList => ({ shown: seqs.map(event), waiting: [], more: true });
const seqs = (events: AuditEvent[]) => events.map((one) => one.seq);

describe('a live list', () => {
  test('puts new events on top, newest first', () => {
    expect(seqs(addNewer(list(5, 4), [event(6), event(7)], false).shown)).toEqual([7, 6, 5, 4]);
  });

  test('does not move while somebody reads, and shows all when asked', () => {
    const first = addNewer(list(5, 4), [event(6)], true);
    const second = addNewer(first, [event(7), event(6)], true);
    expect(seqs(second.shown)).toEqual([5, 4]);
    expect(seqs(second.waiting)).toEqual([7, 6]);
    expect(seqs(showWaiting(second).shown)).toEqual([7, 6, 5, 4]);
  });

  test('never shows an event twice, whatever is read again', () => {
    const again = addNewer(list(5, 4), [event(4), event(5), event(6)], false);
    expect(seqs(again.shown)).toEqual([6, 5, 4]);
    expect(seqs(addOlder(again, [event(4), event(3)], false).shown)).toEqual([6, 5, 4, 3]);
  });

  test('reads on from the newest known event, shown or waiting', () => {
    expect(newestSeq(list())).toBe(0);
    expect(newestSeq(addNewer(list(5), [event(9)], true))).toBe(9);
  });

  test('lets the oldest go after 2 000 rows and knows that they can be loaded again', () => {
    const full = addNewer(
      { shown: [], waiting: [], more: false },
      Array.from({ length: 2001 }, (_, at) => event(at + 1)),
      false,
    );
    expect(full.shown).toHaveLength(2000);
    expect(full.more).toBe(true);
  });
});
