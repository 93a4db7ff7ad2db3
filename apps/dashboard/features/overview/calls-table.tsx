'use client';
import Link from 'next/link';
import { clockOf, dayOf, useTimeZone, zoneText } from '@/components/ui/clock-time';
import { decisionLook } from '@/components/ui/decision-mark';
import { Table, TableHead, Td, Th, Tr } from '@/components/ui/table';
import { callsHref, DECISIONS_OF } from './calls-href.ts';
import type { CallBucket, Stacked } from './stack-bars.ts';

/** The chart's numbers, newest hour first; each leads to its calls. */
export function CallsTable({ organization, buckets, decisions }: { organization: string; buckets: CallBucket[]; decisions: Stacked[] }) {
  const zone = useTimeZone();
  return (
    <div className="p-4">
      <Table label="Calls by hour and decision" className="max-h-80 overflow-y-auto">
        <TableHead>
          <Th>Hour from ({zoneText(zone)})</Th>
          {decisions.map((decision) => (
            <Th key={decision} align="right">
              {decision === 'other' ? 'rejected' : decisionLook(decision).word}
            </Th>
          ))}
        </TableHead>
        <tbody>
          {[...buckets].reverse().map((bucket) => (
            <Tr key={bucket.start}>
              <Td className="whitespace-nowrap">
                {dayOf(new Date(bucket.start), zone)} {clockOf(new Date(bucket.start), zone).slice(0, 5)}
              </Td>
              {decisions.map((decision) => (
                <Td key={decision} align="right" className={bucket.counts[decision] === 0 ? 'text-faint' : ''}>
                  {bucket.counts[decision] === 0 ? (
                    0
                  ) : (
                    <Link href={callsHref(organization, DECISIONS_OF[decision], bucket)} className="link">
                      {bucket.counts[decision]}
                    </Link>
                  )}
                </Td>
              ))}
            </Tr>
          ))}
        </tbody>
      </Table>
    </div>
  );
}
