'use client';
import type { Histogram } from '@toolgate/services/audit/histogram';
import { useTimeZone } from '@/components/ui/clock-time';
import { Table, TableHead, Td, Th, Tr } from '@/components/ui/table';
import { exactText } from './count-text.ts';
import { STACK, totalOf } from './histogram-bars.ts';
import { momentText, PARTS } from './histogram-words.ts';

/** The numbers of the histogram, the newest first; times in which nothing happened are left out. */
export function HistogramTable({ histogram, onZoom }: { histogram: Histogram; onZoom(index: number): void }) {
  const zone = useTimeZone();
  const parts = STACK.filter((part) => histogram.bars.some((bar) => bar[part] > 0));
  const rows = histogram.bars.map((bar, index) => ({ bar, index })).filter(({ bar }) => totalOf(bar) > 0);
  if (rows.length === 0) return <p className="py-4 text-muted text-sm">No events.</p>;
  return (
    <Table label="Events over time" className="max-h-60 overflow-y-auto">
      <TableHead>
        <Th>Time</Th>
        {parts.map((part) => (
          <Th key={part} align="right">
            {PARTS[part].word}
          </Th>
        ))}
      </TableHead>
      <tbody>
        {rows.toReversed().map(({ bar, index }) => (
          <Tr key={index}>
            <Td className="whitespace-nowrap">
              <button type="button" className="link" onClick={() => onZoom(index)}>
                {momentText(histogram, index, zone)}
              </button>
            </Td>
            {parts.map((part) => (
              <Td key={part} align="right">
                {exactText(bar[part])}
              </Td>
            ))}
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
