/** Server-sent events as text (WHATWG HTML, "Parsing an event stream"), read as they arrive. */
export interface SseEvent {
  /** The event as it came, its empty line included: what is not changed is forwarded as it was. */
  raw: string;
  event: string | null;
  id: string | null;
  retry: string | null;
  /** Null when there was no data line (a priming event, a comment). */
  data: string | null;
}

export class SseOverflow extends Error {
  override readonly name = 'SseOverflow';
}

export interface SseReader {
  /** The events that this piece of text completes. Throws SseOverflow when one is longer than the limit. */
  push(text: string): SseEvent[];
}

/** @param maxLength of one event, in UTF-16 units. An event that the stream's end cuts off is dropped, as the standard says. */
export function createSseReader(maxLength: number): SseReader {
  let rest = '';
  let scanned = 0;
  return {
    push(text) {
      rest += text;
      const events: SseEvent[] = [];
      for (let end = endOfEvent(rest, scanned); end > 0; end = endOfEvent(rest, 0)) {
        events.push(parseEvent(rest.slice(0, end)));
        rest = rest.slice(end);
        scanned = 0;
      }
      // An end of line may still be cut in two, hence three characters back.
      scanned = Math.max(0, rest.length - 3);
      if (rest.length > maxLength) throw new SseOverflow(`An event is longer than ${maxLength} characters.`);
      return events;
    },
  };
}

/** The text of an event with other data; id, event and retry stay. */
export function serializeSse(event: Pick<SseEvent, 'event' | 'id' | 'retry'>, data: string): string {
  const lines: string[] = [];
  if (event.event !== null) lines.push(`event: ${event.event}`);
  if (event.id !== null) lines.push(`id: ${event.id}`);
  if (event.retry !== null) lines.push(`retry: ${event.retry}`);
  for (const line of data.split(/\r\n|\r|\n/)) lines.push(`data: ${line}`);
  return `${lines.join('\n')}\n\n`;
}

/** Two ends of line in a row. A CR at the very end may be half of a CRLF, so it is not an end yet. */
const BLANK_LINE = /(?:\r\n|\n|\r(?!\n|$))(?:\r\n|\n|\r(?!\n|$))/g;

function endOfEvent(text: string, from: number): number {
  // A stream may begin with empty lines; they end nothing.
  const lead = /^[\r\n]+(?=[^\r\n])/.exec(text)?.[0].length ?? 0;
  BLANK_LINE.lastIndex = Math.max(from, lead);
  return BLANK_LINE.test(text) ? BLANK_LINE.lastIndex : -1;
}

function parseEvent(raw: string): SseEvent {
  const event: SseEvent = { raw, event: null, id: null, retry: null, data: null };
  for (const line of raw.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)) {
    if (line === '' || line.startsWith(':')) continue;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (field === 'data') event.data = event.data === null ? value : `${event.data}\n${value}`;
    else if (field === 'event' || field === 'id' || field === 'retry') event[field] = value;
  }
  return event;
}
