import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSseReader, type SseEvent, SseOverflow, serializeSse } from './sse.ts';

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
  const start = performance.now();
  for (let i = 0; i < 16; i++) expect(reader.push(line.repeat(32_768))).toEqual([]);
  expect(reader.push('data: x\n\n')).toMatchObject([{ data: 'x', raw: 'data: x\n\n' }]);
  expect(performance.now() - start).toBeLessThan(500);
});
