/** Server-sent events read from the whole text at once, line by line, as WHATWG HTML ("Parsing an event stream") says it. */
export interface NaiveEvent {
  event: string;
  data: string;
  /** What `lastEventId` is when it is dispatched. */
  id: string;
}

/** Only events that a client dispatches: those with data. The end of the text ends the stream, and an unfinished event is dropped. */
export function readSseNaively(text: string): { events: NaiveEvent[]; retry: number | null } {
  const events: NaiveEvent[] = [];
  let retry: number | null = null;
  let lastId = '';
  let data: string[] = [];
  let event = '';
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  // What follows the last end of line is a line that was cut off.
  for (const line of lines.slice(0, -1)) {
    if (line === '') {
      if (data.length > 0) events.push({ event: event || 'message', data: data.join('\n'), id: lastId });
      data = [];
      event = '';
    } else if (!line.startsWith(':')) {
      const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === 'data') data.push(value);
      if (field === 'event') event = value;
      if (field === 'id' && !value.includes('\u0000')) lastId = value;
      if (field === 'retry' && /^[0-9]+$/.test(value)) retry = Number(value);
    }
  }
  return { events, retry };
}
