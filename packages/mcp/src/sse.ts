/** Server-sent events as text (WHATWG HTML, "Parsing an event stream"), read as they arrive. */
export interface SseEvent {
  /** The event as it came (but for a BOM), its empty line included: what is not changed is forwarded as it was. */
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

/**
 * @param maxLength of one event, in UTF-16 units. An event that the stream's end cuts off is dropped, as the standard says. What is pending
 * is kept in pieces and looked at once, so that a drip of small pieces costs no more than they are long.
 */
export function createSseReader(maxLength: number): SseReader {
  let pending: string[] = [];
  let length = 0;
  /** The end of what is pending: half of an empty line, perhaps. */
  let tail = '';
  let isFirst = true;

  function take(piece: string): SseEvent {
    const whole = pending.join('') + piece;
    pending = [];
    length = 0;
    tail = '';
    if (whole.length > maxLength) throw overflow(maxLength);
    return parseEvent(whole.replace(BOM_LINES, ''));
  }

  function keep(piece: string): void {
    if (piece === '') return;
    pending.push(piece);
    length += piece.length;
    tail = (tail + piece).slice(-2);
    if (length > maxLength) throw overflow(maxLength);
  }

  return {
    push(pushed) {
      const text = isFirst ? pushed.replace(/^\ufeff/, '') : pushed;
      isFirst &&= pushed === '';
      const events: SseEvent[] = [];
      let from = length === 0 ? afterEmptyLines(text, 0) : 0;
      for (;;) {
        const end = endOfEvent(tail, text, from);
        if (end < 0) break;
        events.push(take(text.slice(from, end)));
        from = afterEmptyLines(text, end);
      }
      keep(text.slice(from));
      return events;
    },
  };
}

/** The index behind the empty line that ends the event, which `tail` may have begun; or -1. */
function endOfEvent(tail: string, text: string, from: number): number {
  if (tail === '') {
    BLANK_LINE.lastIndex = from;
    return BLANK_LINE.test(text) ? BLANK_LINE.lastIndex : -1;
  }
  BLANK_LINE.lastIndex = 0;
  return BLANK_LINE.test(tail + text) ? BLANK_LINE.lastIndex - tail.length : -1;
}

function overflow(maxLength: number): SseOverflow {
  return new SseOverflow(`An event is longer than ${maxLength} characters.`);
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

/**
 * Two ends of line in a row. A CR that ends the text is taken for an end, so that nothing waits for what may never come; should its LF
 * follow, that is an empty line before the next event.
 */
const BLANK_LINE = /(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)/g;

/**
 * A BOM within the stream makes a line a field that nobody knows. Were it forwarded as the first thing that a client gets, the client would
 * take the BOM away and read the field.
 */
const BOM_LINES = /^(?:\ufeff[^\r\n]*(?:\r\n|\n|\r))+/;

/** Empty lines before an event end nothing: they are passed over, each once, however many there are. */
function afterEmptyLines(text: string, from: number): number {
  let i = from;
  while (text[i] === '\n' || text[i] === '\r') i++;
  return i;
}

function parseEvent(raw: string): SseEvent {
  const event: SseEvent = { raw, event: null, id: null, retry: null, data: null };
  const data: string[] = [];
  for (const line of raw.split(/\r\n|\r|\n/)) {
    if (line === '' || line.startsWith(':')) continue;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (field === 'data') data.push(value);
    else if (field === 'event') event.event = value;
    // Ids with a NUL, and times that are not digits, are ignored by clients.
    else if (field === 'id' && !value.includes('\u0000')) event.id = value;
    else if (field === 'retry' && /^[0-9]+$/.test(value)) event.retry = value;
  }
  if (data.length > 0) event.data = data.join('\n');
  return event;
}
