/** From the bottom of a bar to its top: what people look for is at the top edge, where it is seen. */
export const STACK = ['allowed', 'other', 'pending', 'limited', 'denied'] as const;
export type Stacked = (typeof STACK)[number];

/** Calls of one stretch of time, by what was decided. `other`: not understood, or without a valid token. */
export interface CallBucket {
  /** ISO 8601; the end is not part of it. */
  start: string;
  end: string;
  counts: Record<Stacked, number>;
}

export interface BarSegment {
  decision: Stacked;
  count: number;
  y: number;
  height: number;
}

export interface Bar {
  bucket: CallBucket;
  total: number;
  x: number;
  width: number;
  segments: BarSegment[];
}

/** What is there at all is drawn at least this high, in the units of the drawing. */
const SEEN = 2;

/** Places bars side by side in a drawing of that size, zero at its bottom edge, `top` calls at its top edge. */
export function stackBars(buckets: CallBucket[], size: { width: number; height: number; gap: number; top: number }): Bar[] {
  const pitch = size.width / Math.max(buckets.length, 1);
  return buckets.map((bucket, at) => ({
    bucket,
    total: bucketTotal(bucket),
    x: at * pitch + size.gap / 2,
    width: Math.max(pitch - size.gap, 1),
    segments: stackSegments(bucket, size.height, size.top),
  }));
}

export const bucketTotal = (bucket: CallBucket): number => STACK.reduce((sum, decision) => sum + bucket.counts[decision], 0);

function stackSegments(bucket: CallBucket, height: number, top: number): BarSegment[] {
  const present = STACK.filter((decision) => bucket.counts[decision] > 0);
  const heights = present.map((decision) => Math.max((bucket.counts[decision] / top) * height, SEEN));
  // What was made taller to be seen is taken from the tallest part, so that a bar never leaves the drawing.
  const excess = heights.reduce((sum, one) => sum + one, 0) - height;
  if (excess > 0) {
    const tallest = heights.indexOf(Math.max(...heights));
    heights[tallest] = Math.max((heights[tallest] as number) - excess, SEEN);
  }
  let y = height;
  return present.map((decision, at) => {
    y -= heights[at] as number;
    return { decision, count: bucket.counts[decision], y, height: heights[at] as number };
  });
}

/** The smallest of 4, 6, 8, 10, 20, 30, 40, 60, 80, 100 … that is not under `most`: the top of a scale whose marks are round numbers. */
export function scaleTop(most: number): number {
  if (most <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 3, 4, 6, 8, 10].find((step) => step * power >= most) as number) * power;
}

/** Sum over all buckets. */
export function sumBuckets(buckets: CallBucket[]): Record<Stacked, number> {
  const sum: Record<Stacked, number> = { allowed: 0, other: 0, pending: 0, limited: 0, denied: 0 };
  for (const bucket of buckets) for (const decision of STACK) sum[decision] += bucket.counts[decision];
  return sum;
}
