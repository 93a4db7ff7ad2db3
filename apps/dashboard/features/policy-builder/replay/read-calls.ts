import type { LoggedCall } from '@toolgate/services/policy/recorded-calls';

/** Reads the calls that the server streams. Rejects with words for people. */
export async function readCalls(url: string, onRead: (count: number) => void): Promise<LoggedCall[]> {
  const response = await fetch(url);
  if (!response.ok || !response.body) throw new Error('The recorded calls could not be read. Load the page again.');
  const calls: LoggedCall[] = [];
  let rest = '';
  for await (const text of texts(response.body)) {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line) calls.push(JSON.parse(line) as LoggedCall);
    onRead(calls.length);
  }
  return calls;
}

/** By hand: not every browser can iterate over a stream. */
async function* texts(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
