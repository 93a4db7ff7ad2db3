import { describe, expect, test } from 'vitest';
import { type CallBucket, scaleTop, stackBars, sumBuckets } from './stack-bars.ts';

const bucket = (hour: number, counts: Partial<CallBucket['counts']>): CallBucket => ({
  start: new Date(Date.UTC(2026, 0, 1, hour)).toISOString(),
  end: new Date(Date.UTC(2026, 0, 1, hour + 1)).toISOString(),
  counts: { allowed: 0, other: 0, pending: 0, limited: 0, denied: 0, ...counts },
});
const size = { width: 240, height: 100, gap: 2, top: 100 };

describe('stackBars', () => {
  test('a bar is as high as its count, measured from zero', () => {
    const [bar] = stackBars([bucket(0, { allowed: 50 })], size);
    expect(bar?.segments).toEqual([{ decision: 'allowed', count: 50, y: 50, height: 50 }]);
  });

  test('segments stand on each other without a gap', () => {
    const [bar] = stackBars([bucket(0, { allowed: 50, limited: 20, denied: 10 })], size);
    expect(bar?.segments.map((segment) => [segment.decision, segment.y, segment.height])).toEqual([
      ['allowed', 50, 50],
      ['limited', 30, 20],
      ['denied', 20, 10],
    ]);
  });

  test('one denied call among thousands is still seen, and the bar stays inside the drawing', () => {
    const [bar] = stackBars([bucket(0, { allowed: 9999, denied: 1 })], { ...size, top: 10_000 });
    const denied = bar?.segments.find((segment) => segment.decision === 'denied');
    expect(denied?.height).toBeGreaterThanOrEqual(2);
    expect(Math.min(...(bar?.segments ?? []).map((segment) => segment.y))).toBeGreaterThanOrEqual(0);
  });

  test('bars share the width and an hour without calls has no segments', () => {
    const bars = stackBars([bucket(0, { allowed: 1 }), bucket(1, {})], size);
    expect(bars.map((bar) => [bar.x, bar.width, bar.segments.length])).toEqual([
      [1, 118, 1],
      [121, 118, 0],
    ]);
  });
});

test('the top of the scale is a round number that is not too small', () => {
  expect([0, 3, 5, 6, 10, 11, 99, 100, 101, 730].map(scaleTop)).toEqual([4, 4, 6, 6, 10, 20, 100, 100, 200, 800]);
});

test('totals are the sums of the buckets', () => {
  expect(sumBuckets([bucket(0, { allowed: 3, denied: 1 }), bucket(1, { allowed: 4 })])).toMatchObject({
    allowed: 7,
    denied: 1,
    limited: 0,
  });
});
