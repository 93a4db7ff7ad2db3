/** Free text finds the same in the database as `matchesQuery` does, whatever letters it has. */
import { auditFacts } from '@toolgate/audit/event';
import { matchesQuery } from '@toolgate/audit/query/match';
import { createDatabase, type Database } from '@toolgate/db/database';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../context.ts';
import { newId } from '../id.ts';
import { listEvents } from './read.ts';

const MESSAGES = [
  'GRÖßE',
  'größe',
  'GRÖSSE',
  'İSTANBUL',
  'Istanbul',
  'ısı',
  'ISI',
  'ΣΑΣ',
  'σας',
  '\u212aelvin',
  'a.c',
  'abc',
  'ÉTÉ [x]',
  '100%_',
].concat(['ŉ', 'ǆ ǅ Ǆ', 'straẞe', '請求書', '𐐀𐐨', 'ﬁ', '{ä}', 'Ä|b', '\\ß', '^Ö$', 'ſ s S', 'ÿ Ÿ']);

let t: TestServices;
let worker: Database;
let owner: Actor;
const events = MESSAGES.map((message, index) => ({
  ...auditFacts({ id: newId(), organizationId: '', at: new Date().toISOString(), kind: 'call', message }),
  seq: index + 1,
}));
beforeAll(async () => {
  t = await startTestServices();
  worker = createDatabase(t.database.urlAs('toolgate_worker'), { patienceMs: 60_000 });
  const organization = await t.organization();
  ({ owner } = organization);
  const organizationId = organization.id;
  const rows = events.map(({ detail: _, ...event }) => ({
    ...event,
    organizationId,
    seq: BigInt(event.seq),
    detail: {},
    prevHash: '',
    hash: '',
  }));
  await worker.forOrganization(organizationId, (tx) => tx.auditEvent.createMany({ data: rows }));
  await worker.forOrganization(organizationId, (tx) => tx.auditChain.create({ data: { organizationId, seq: rows.length, hash: '' } }));
});
afterAll(async () => {
  await worker.close();
  await t.stop();
});

const found = async (text: string, negated = false) => {
  const page = await listEvents(t.s, owner, { query: { terms: [{ kind: 'text', negated, text }] } });
  return page.events.map(({ message }) => message).reverse();
};

test.each([
  ['größe', ['GRÖßE', 'größe']],
  ['GRÖSSE', ['GRÖSSE']],
  ['istanbul', ['Istanbul']],
  ['İstanbul', ['İSTANBUL']],
  ['ısı', ['ısı']],
  ['isi', ['ISI']],
  ['σας', ['σας']],
  ['kelvin', []],
  ['é [', ['ÉTÉ [x]']],
  ['a.c', ['a.c']],
  ['%_', ['100%_']],
  ['𐐨𐐨', ['𐐀𐐨']],
])('“%s” finds %j', async (text, messages) => {
  expect(await found(text)).toEqual(messages);
  expect(await found(text, true)).toEqual(MESSAGES.filter((message) => !messages.includes(message)));
});

test('any part of any message finds what it finds elsewhere, in either case', async () => {
  const part = fc
    .tuple(fc.constantFrom(...MESSAGES), fc.nat(8), fc.integer({ min: 1, max: 4 }), fc.constantFrom('as is', 'upper', 'lower'))
    .map(([message, from, length, how]) => {
      const text = [...message].slice(from, from + length).join('');
      return how === 'upper' ? text.toUpperCase() : how === 'lower' ? text.toLowerCase() : text;
    })
    .filter((text) => text.trim() !== '');
  await fc.assert(
    fc.asyncProperty(part, async (text) => {
      const wanted = events.filter((event) => matchesQuery({ terms: [{ kind: 'text', negated: false, text }] }, event, 0));
      expect(await found(text)).toEqual(wanted.map(({ message }) => message));
    }),
    { numRuns: 80 },
  );
});
