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
      let start = afterEmptyLines(rest, 0);
      BLANK_LINE.lastIndex = Math.max(start, scanned);
      while (BLANK_LINE.test(rest)) {
        const end = BLANK_LINE.lastIndex;
        events.push(parseEvent(rest.slice(start, end)));
        start = afterEmptyLines(rest, end);
        BLANK_LINE.lastIndex = start;
      }
      rest = rest.slice(start);
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

/** Empty lines before an event end nothing: they are passed over, each once, however many there are. */
function afterEmptyLines(text: string, from: number): number {
  let i = from;
  while (text[i] === '\n' || text[i] === '\r') i++;
  return i;
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
