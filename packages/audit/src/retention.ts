/** What retention dropped from a chain: `audit.retention` events say which numbers, and between which hashes they stood. */
import { z } from 'zod';
import type { AuditEvent } from './event.ts';

const Range = z.strictObject({
  from: z.number().int().positive(),
  to: z.number().int().positive(),
  /** Of the event before the first one. */
  hashBefore: z.string(),
  /** Of the last one. */
  hash: z.string(),
});
export type DroppedRange = z.infer<typeof Range>;

const Dropped = z.looseObject({ dropped: z.array(Range) });

/** The ranges that an event says were dropped; none for any other event. */
export function droppedBy({ kind, action, detail }: Pick<AuditEvent, 'kind' | 'action' | 'detail'>): DroppedRange[] {
  if (kind !== 'change' || action !== 'audit.retention') return [];
  const read = Dropped.safeParse(detail.after);
  return read.success ? read.data.dropped : [];
}

/**
 * Whether the ranges, one before the other, fill a gap exactly: numbers and hashes. A gap at the very beginning may begin before the first
 * of them: what said that the rest of it was dropped has been dropped in its turn.
 */
export function isDropped(gap: DroppedRange, ranges: DroppedRange[]): boolean {
  const byEnd = new Map(ranges.map((range) => [range.to, range]));
  let at = { seq: gap.to, hash: gap.hash };
  while (at.seq >= gap.from) {
    const range = byEnd.get(at.seq);
    if (!range) return gap.from === 1 && at.seq < gap.to && !ranges.some(({ from }) => from <= at.seq);
    if (range.hash !== at.hash || range.from > range.to) return false;
    at = { seq: range.from - 1, hash: range.hashBefore };
  }
  return at.seq === gap.from - 1 && at.hash === gap.hashBefore;
}
