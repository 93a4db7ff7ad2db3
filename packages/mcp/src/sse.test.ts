import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSseReader, type SseEvent, SseOverflow, serializeSse } from './sse.ts';
import { readSseNaively } from './testing/naive-sse.ts';

function readAll(pieces: string[]): SseEvent[] {
  const reader = createSseReader(10_000);
  return pieces.flatMap((piece) => reader.push(piece));
}

const STREAM =
  'id: 1\nretry: 500\ndata:\n\n: keepalive\n\nevent: message\nid: 2\ndata: {"a":\ndata: 1}\n\ndata:x\r\n\r\ndata: y\r\rdata: cut';

test('events come out whole, however the stream is cut', () => {
  const whole = readAll([STREAM]);
  expect(whole.map(({ data }) => data)).toEqual(['', null, '{"a":\n1}', 'x', 'y']);
  expect(whole[2]).toMatchObject({ event: 'message', id: '2' });
  expect(whole.map(({ raw }) => raw).join('')).toBe(STREAM.slice(0, STREAM.lastIndexOf('data: cut')));
  expect(readAll([...STREAM]).map(({ data }) => data)).toEqual(whole.map(({ data }) => data));
  fc.assert(
    fc.property(fc.array(fc.nat(STREAM.length)), (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), STREAM.length];
      const pieces = places.slice(1).map((place, i) => STREAM.slice(places[i], place));
      expect(readAll(pieces).map(({ data }) => data)).toEqual(whole.map(({ data }) => data));
    }),
  );
});

test('what is serialised is read as it was meant', () => {
  fc.assert(
    fc.property(fc.json(), (data) => {
      expect(readAll([serializeSse({ event: 'message', id: '7', retry: null }, data)])).toMatchObject([
        { event: 'message', id: '7', data },
      ]);
    }),
  );
});

test('an endless event is given up', () => {
  const reader = createSseReader(100);
  expect(() => {
    for (let i = 0; i < 50; i++) reader.push('data: more\n');
  }).toThrow(SseOverflow);
});

test.each(['\n', '\r', '\r\n'])('a flood of empty lines (%j) holds nobody up and is not an event', (line) => {
  const reader = createSseReader(1_000_000);
  const start = process.cpuUsage();
  for (let i = 0; i < 16; i++) expect(reader.push(line.repeat(32_768))).toEqual([]);
  expect(reader.push('data: x\n\n')).toMatchObject([{ data: 'x', raw: 'data: x\n\n' }]);
  // Looked at again with each piece, they would take many minutes.
  expect(process.cpuUsage(start).user).toBeLessThan(20e6);
});

/** What a client makes of events that arrive one by one. */
function dispatched(read: SseEvent[]): ReturnType<typeof readSseNaively> {
  let id = '';
  let retry: number | null = null;
  const events = [];
  for (const event of read) {
    id = event.id ?? id;
    if (event.retry !== null) retry = Number(event.retry);
    if (event.data !== null) events.push({ event: event.event || 'message', data: event.data, id });
  }
  return { events, retry };
}

const line = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('data: {"a":1}', 'data:', 'data', 'data:  two', 'data: x:y', ': keepalive', ':', '', '') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'id: 7',
      'id',
      'id:',
      'id: a\u0000b',
      'retry: 500',
      'retry: soon',
      'retry: 5s',
      'event: message',
      'event: x',
      'event',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '\ufeffdata: bom',
      'DATA: x',
      ' data: x',
      'datax: y',
      'data : x',
      '\u2028data: x',
      '\u0000',
      'data: é😀',
      ':data: x',
    ),
  },
);
const stream = fc
  .tuple(
    fc.constantFrom('', '', '\ufeff', '\ufeff\ufeff'),
    fc.array(fc.tuple(line, fc.constantFrom('\n', '\n', '\r\n', '\r')), { maxLength: 40 }),
    fc.constantFrom('', 'data: cut', 'id: 9'),
  )
  .map(([start, lines, cut]) => start + lines.flat().join('') + cut);

test('a client makes the same of the events, of their raw text and of the stream itself, wherever it is cut', () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(400), { maxLength: 30 }), (text, cuts) => {
      const places = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
      const read = readAll(places.slice(1).map((place, i) => text.slice(places[i], place)));
      // Only events that are over: fields of one that was cut off are not told on.
      const meant = readSseNaively(text.slice(0, lastEnd(text)));
      expect(dispatched(read)).toEqual(meant);
      expect(readSseNaively(read.map(({ raw }) => raw).join(''))).toEqual(meant);
      const rewritten = read.map((event) => (event.data === null ? event.raw : serializeSse(event, event.data))).join('');
      expect(readSseNaively(rewritten)).toEqual(meant);
    }),
    { numRuns: 20_000 },
  );
});

/** Behind the last empty line. */
function lastEnd(text: string): number {
  return [...text.matchAll(/(?<=^|\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)/g)].map(({ index, 0: end }) => index + end.length).at(-1) ?? 0;
}

test.each(['data: x\n\n', 'data: x\r\n\r\n', 'data: x\r\r'])('an event is there as soon as its end is: %j', (text) => {
  const reader = createSseReader(100);
  const found = [...text].flatMap((piece) => reader.push(piece));
  expect(found).toMatchObject([{ data: 'x' }]);
  expect(reader.push('data: y\n\n')).toMatchObject([{ data: 'y', raw: 'data: y\n\n' }]);
});

test('the event that primes a client, its comments and its retry reach it', () => {
  const text = 'id: s1-0\nretry: 3000\ndata:\n\n: keepalive\n\n';
  expect(readAll([text])).toEqual([
    { raw: 'id: s1-0\nretry: 3000\ndata:\n\n', event: null, id: 's1-0', retry: '3000', data: '' },
    { raw: ': keepalive\n\n', event: null, id: null, retry: null, data: null },
  ]);
});

test('an event that is too long is given up even when it comes whole', () => {
  expect(() => createSseReader(100).push(`data: ${'x'.repeat(100)}\n\n`)).toThrow(SseOverflow);
  expect(createSseReader(100).push(`data: ${'x'.repeat(90)}\n\n`)).toHaveLength(1);
});

test('a drip of single characters after a long beginning holds nobody up', () => {
  const reader = createSseReader(20_000_000);
  reader.push(`data: ${'x'.repeat(10_000_000)}`);
  const start = process.cpuUsage();
  for (let i = 0; i < 20_000; i++) reader.push('y');
  // Looked at whole with each character, it would take minutes.
  expect(process.cpuUsage(start).user).toBeLessThan(20e6);
  expect(reader.push('\n\n')[0]?.data).toHaveLength(10_020_000);
});
