import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical, chainHash, GENESIS, verifyChain } from './chain.ts';
import { type AuditEvent, auditFacts } from './event.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function chain(length: number): AuditEvent[] {
  const events: AuditEvent[] = [];
  for (let seq = 1; seq <= length; seq++) {
    const facts = auditFacts({
      id: `e${seq}`,
      organizationId: 'o',
      at: '2026-11-22T10:00:00.000Z',
      kind: 'call',
      latencyMs: seq,
      detail: { argumentKeys: ['a', 'b'] },
    });
    const prevHash = events.at(-1)?.hash ?? GENESIS;
    events.push({ ...facts, seq, prevHash, hash: chainHash(prevHash, canonical({ ...facts, seq }), sha256) });
  }
  return events;
}

test('an untouched chain holds and names its head', () => {
  const events = chain(5);
  expect(verifyChain(events, sha256)).toEqual({ ok: true, head: { seq: 5, hash: events[4]!.hash } });
  expect(verifyChain(events.slice(2), sha256, { after: { seq: 2, hash: events[1]!.hash } })).toMatchObject({ ok: true });
});

test('the canonical form does not depend on the order of keys', () => {
  const [event] = chain(1);
  const turned = Object.fromEntries(Object.entries(event!).reverse()) as unknown as AuditEvent;
  expect(canonical(turned)).toBe(canonical(event!));
  expect(canonical(event!)).toMatch(/^\{"action":null,"actor":null,"at":/);
});

const LENGTH = 12;
const position = fc.nat(LENGTH - 1);
const damage: fc.Arbitrary<(events: AuditEvent[]) => void> = fc.oneof(
  fc
    .tuple(position, fc.constantFrom('message', 'decision', 'tool', 'hash', 'prevHash', 'at'), fc.string({ minLength: 1 }))
    .map(([at, field, text]) => (events: AuditEvent[]) => {
      Object.assign(events[at]!, { [field]: text });
    }),
  position.map((at) => (events: AuditEvent[]) => {
    events[at]!.detail = { argumentKeys: ['a'] };
  }),
  position.map((at) => (events: AuditEvent[]) => void events.splice(at, 1)),
  fc.nat(LENGTH - 1).map((length) => (events: AuditEvent[]) => void events.splice(length)),
  fc.tuple(position, fc.integer({ min: 1, max: LENGTH - 1 })).map(([from, by]) => (events: AuditEvent[]) => {
    const to = (from + by) % LENGTH;
    [events[from], events[to]] = [events[to]!, events[from]!];
  }),
  position.map((at) => (events: AuditEvent[]) => void events.splice(at, 0, events[at]!)),
  // An edit with the rest of the chain made to fit again: only a head that was kept elsewhere shows it.
  position.map((at) => (events: AuditEvent[]) => {
    events[at]!.message = 'edited';
    for (let i = at; i < events.length; i++) {
      const event = events[i]!;
      event.prevHash = events[i - 1]?.hash ?? GENESIS;
      event.hash = chainHash(event.prevHash, canonical(event), sha256);
    }
  }),
);

test('every random edit, deletion, reordering, insertion and truncation is found', () => {
  const whole = chain(LENGTH);
  const head = { seq: LENGTH, hash: whole[LENGTH - 1]!.hash };
  fc.assert(
    fc.property(damage, (harm) => {
      const events = structuredClone(whole);
      harm(events);
      expect(verifyChain(events, sha256, { head }).ok).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test('the place where the chain breaks is named', () => {
  const events = chain(6);
  const edited = structuredClone(events);
  edited[2]!.tool = 'other';
  expect(verifyChain(edited, sha256)).toEqual({ ok: false, seq: 3, problem: 'edited' });
  expect(verifyChain([...events.slice(0, 3), ...events.slice(4)], sha256)).toEqual({ ok: false, seq: 4, problem: 'gap' });
  expect(verifyChain(events.slice(0, 4), sha256, { head: { seq: 6, hash: events[5]!.hash } })).toEqual({
    ok: false,
    seq: 5,
    problem: 'truncated',
  });
});

test('the canonical form is that of RFC 8785 for any value, and no field escapes it', () => {
  const naive = (value: unknown): unknown => {
    if (Array.isArray(value)) return `[${value.map(naive).join(',')}]`;
    if (value === null || typeof value !== 'object') return JSON.stringify(value);
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${naive(item)}`).join(',')}}`;
  };
  const [event] = chain(1);
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, extra) => {
      const detail = { before: JSON.parse(JSON.stringify(value)) };
      const { prevHash: _, hash: __, ...facts } = { ...event!, message: extra, detail };
      expect(canonical({ ...facts, prevHash: 'x', hash: 'y' } as never)).toBe(naive(facts));
      const more = { ...facts, [`x${extra}`]: 1 };
      expect(canonical(more)).toBe(naive(more));
      const { tool: ___, ...less } = facts;
      expect(canonical(less as never)).toBe(naive(less));
    }),
  );
});
