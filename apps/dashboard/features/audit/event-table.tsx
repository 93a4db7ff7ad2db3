'use client';
import type { AuditEvent } from '@toolgate/audit/event';
import { memo } from 'react';
import { ClockTime, useTimeZone, zoneText } from '@/components/ui/clock-time';
import { DecisionMark } from '@/components/ui/decision-mark';
import { Table, TableHead, Td, Th, Tr } from '@/components/ui/table';
import { VisibleText } from '@/components/visible-text';
import { type EventMark, eventMark } from './event-mark.ts';
import { changeText, durationText, eventSentence, ruleText } from './event-text.ts';

interface Props {
  label: string;
  events: AuditEvent[];
  /** Sequence number of the event that is open. */
  open: number | null;
  onOpen(seq: number): void;
  /** Changes have no decision, server, duration or rule. */
  changesOnly?: boolean;
  /** The pointer is over the rows, or no longer. */
  onHover?(over: boolean): void;
}

/** Events newest first, 36 px a row; the button in each row opens it. */
export function EventTable({ label, events, open, onOpen, changesOnly = false, onHover }: Props) {
  const zone = useTimeZone();
  return (
    <Table label={label} className="max-h-[max(20rem,calc(100dvh-15rem))] overflow-y-auto">
      <TableHead>
        <Th>Time ({zoneText(zone)})</Th>
        {!changesOnly && <Th className="@max-lg:hidden">Decision</Th>}
        <Th>{changesOnly ? 'Change' : 'Tool'}</Th>
        {!changesOnly && <Th className="@max-2xl:hidden">Server</Th>}
        <Th className="@max-lg:hidden">{changesOnly ? 'By' : 'Grant'}</Th>
        {!changesOnly && <Th className="@max-5xl:hidden">Client</Th>}
        {!changesOnly && (
          <Th align="right" className="@max-xl:hidden">
            ms
          </Th>
        )}
        {!changesOnly && <Th className="min-w-40 @max-3xl:hidden">Rule</Th>}
      </TableHead>
      <tbody onPointerEnter={(event) => event.pointerType === 'mouse' && onHover?.(true)} onPointerLeave={() => onHover?.(false)}>
        {events.map((event) => (
          <Row key={event.seq} event={event} selected={event.seq === open} onOpen={onOpen} changesOnly={changesOnly} />
        ))}
      </tbody>
    </Table>
  );
}

interface RowProps {
  event: AuditEvent;
  selected: boolean;
  onOpen(seq: number): void;
  changesOnly: boolean;
}

const Row = memo(function Row({ event, selected, onOpen, changesOnly }: RowProps) {
  const mark = eventMark(event);
  const what = mark ? <Marks {...mark} /> : <span className="text-muted text-xs">change</span>;
  return (
    <Tr selected={selected} data-seq={event.seq} onClick={() => onOpen(event.seq)} className="cursor-pointer">
      <Td className="whitespace-nowrap pr-2">
        <ClockTime at={event.at} />
      </Td>
      {!changesOnly && <Td className="whitespace-nowrap pr-2 @max-lg:hidden">{what}</Td>}
      <Td mono={event.kind === 'call'} className="max-w-60 @max-lg:max-w-44 @max-lg:py-1.5">
        <button
          type="button"
          aria-label={`Open event ${event.seq}: ${eventSentence(event)}`}
          onClick={(click) => {
            click.stopPropagation();
            onOpen(event.seq);
          }}
          className="clip block max-w-full rounded-[3px] text-left"
        >
          <VisibleText text={event.kind === 'change' ? changeText(event) : (event.tool ?? event.method ?? '–')} />
        </button>
        {/* On a phone there is no room for a column more. */}
        {!changesOnly && <div className="font-sans @lg:hidden">{what}</div>}
      </Td>
      {!changesOnly && <Td className="clip max-w-40 @max-2xl:hidden">{event.server}</Td>}
      <Td className="clip max-w-44 @max-lg:hidden">{event.kind === 'change' ? event.actor : event.grant}</Td>
      {!changesOnly && (
        <Td className="clip max-w-40 text-muted @max-5xl:hidden">
          <VisibleText text={event.client ?? ''} />
        </Td>
      )}
      {!changesOnly && (
        <Td align="right" className="whitespace-nowrap @max-xl:hidden" title={durationText(event.latencyMs)}>
          {event.latencyMs}
        </Td>
      )}
      {!changesOnly && (
        <Td mono className="clip w-full max-w-0 text-muted text-xs @max-3xl:hidden" title={ruleText(event)}>
          {ruleText(event)}
        </Td>
      )}
    </Tr>
  );
});

/** What was decided, and beside it, dashed, what a shadow rule would have decided. */
export function Marks({ decision, shadow }: EventMark) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <DecisionMark plain decision={decision} />
      {shadow !== null && <DecisionMark shadow decision={shadow} />}
    </span>
  );
}
