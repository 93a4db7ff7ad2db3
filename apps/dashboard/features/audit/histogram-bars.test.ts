import { expect, test } from 'vitest';
import { coarser, scaleTop, segmentsOf, shiftedSpan, spanOf, sumOf, totalOf, widerSpan, widthText } from './histogram-bars.ts';

const bar = (known: object) => ({ allowed: 0, error: 0, pending: 0, limited: 0, denied: 0, other: 0, ...known });
const now = Date.parse('2026-11-22T12:00:00Z');

test('a bar is as high as its count, refusals on top, and the little that there is can be seen', () => {
  const segments = segmentsOf(bar({ allowed: 50, denied: 50 }), 100, 120);
  expect(segments).toEqual([
    { part: 'allowed', y: 60, height: 60 },
    { part: 'denied', y: 0, height: 60 },
  ]);
  expect(segmentsOf(bar({ allowed: 1 }), 1_000_000, 120)[0]?.height).toBe(1);
  expect(segmentsOf(bar({}), 10, 120)).toEqual([]);
});

test('sums and the scale', () => {
  expect(totalOf(sumOf([bar({ allowed: 2 }), bar({ denied: 3, allowed: 1 })]))).toBe(6);
  expect([0, 5, 6, 11, 140, 1501].map(scaleTop)).toEqual([5, 5, 6, 12, 150, 2000]);
});

test('bars are zoomed into from the begin of the first to the end of the last, in whichever order they were chosen', () => {
  const histogram = { start: '2026-11-22T00:00:00.000Z', widthMs: 900_000 } as Parameters<typeof spanOf>[0];
  expect(spanOf(histogram, 5, 4, now)).toEqual({ since: '2026-11-22T01:00Z', until: '2026-11-22T01:30Z' });
  expect(spanOf(histogram, 40, 60, now)).toEqual({ since: '2026-11-22T10:00Z', until: null });
});

test('zooming out takes the next age up to now, else as much on both sides', () => {
  expect(widerSpan(now - 86_400_000, now, now)).toEqual({ since: '7d', until: null });
  expect(widerSpan(now - 40 * 86_400_000, now, now)).toEqual({ since: null, until: null });
  expect(widerSpan(now - 10_800_000, now - 7_200_000, now)).toEqual({ since: '2026-11-22T08:30Z', until: '2026-11-22T10:30Z' });
});

test('moving on ends at now', () => {
  expect(shiftedSpan(now - 7_200_000, now - 3_600_000, 1, now)).toEqual({ since: '2026-11-22T10:30Z', until: '2026-11-22T11:30Z' });
  expect(shiftedSpan(now - 3_600_000, now, 1, now)).toBeNull();
  expect(shiftedSpan(now - 3_600_000, now, -1, now)).toEqual({ since: '2026-11-22T10:30Z', until: '2026-11-22T11:30Z' });
});

test('widths in words', () => expect([1000, 900_000, 21_600_000, 86_400_000].map(widthText)).toEqual(['1 s', '15 min', '6 h', '1 d']));

test('where there is little room, every two bars are one, and nothing is lost', () => {
  const histogram = {
    start: '2026-11-22T00:00:00.000Z',
    widthMs: 60_000,
    bars: [bar({ allowed: 1 }), bar({ denied: 2 }), bar({ allowed: 4 })],
  };
  expect(coarser(histogram as Parameters<typeof coarser>[0])).toMatchObject({
    widthMs: 120_000,
    bars: [{ allowed: 1, denied: 2 }, { allowed: 4 }],
  });
});
