/** How long the strict reader takes for a message, beside JSON.parse alone; and that no body of 1 MiB holds the event loop up for 50 ms. */
import { readMessage } from '@toolgate/mcp/read-message';

export interface StrictJsonFigure {
  message: string;
  characters: number;
  /** Of the fastest of five batches. */
  microsStrict: number;
  microsParse: number;
}

const META = {
  progressToken: 'p1',
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
};

function call(args: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 42, method: 'tools/call', params: { name: 'image_to_image', arguments: args, _meta: META } });
}

const line = 'Lorem ipsum dolor sit amet, "quoted" and\nmore. ';
const item = (id: number) => ({ id, name: `item ${id}`, price: id * 1.5, tags: ['a', 'b'], ok: true });
const MESSAGES: Record<string, string> = {
  'a small call': call({ prompt: 'a cat on a mat, watercolour', steps: 20, size: '1024x1024' }),
  '8 KB of text with escapes': call({ prompt: line.repeat(170) }),
  '3 KB of Japanese': call({ prompt: '日本語のテキスト🎉'.repeat(300) }),
  '100 nested objects': call({ items: Array.from({ length: 100 }, (_, id) => item(id)) }),
  '64 KB of base64': call({ image: 'QUJD'.repeat(16_000) }),
  '1 MiB of base64': call({ image: 'QUJD'.repeat(260_000) }),
  '1 MiB of escapes': call({ text: '\n"'.repeat(260_000) }),
  '1 MiB of \\u escapes': call({ text: '' }).replace('"text":""', `"text":"${'\\u00e9'.repeat(174_000)}"`),
  '90 000 decimals': call({ numbers: Array.from({ length: 90_000 }, (_, i) => i + 0.5) }),
  '60 000 long numbers': call({ numbers: [] }).replace('[]', `[${Array.from({ length: 60_000 }, (_, i) => `0.12345678901${i}`).join()}]`),
  '9 900 keys': call(Object.fromEntries(Array.from({ length: 9_900 }, (_, i) => [`some_key_of_the_arguments_${i}`, i]))),
  '9 900 keys that are numbers': call(Object.fromEntries(Array.from({ length: 9_900 }, (_, i) => [String(i * 429_000), i]))),
  '49 000 empty lists': call({ lists: Array.from({ length: 49_000 }, () => []) }),
};

/** Prints a table and gives its rows. */
export async function run({ batchMs = 100 } = {}): Promise<StrictJsonFigure[]> {
  const figures = Object.entries(MESSAGES).map(([message, text]) => {
    if (!readMessage(text).ok) throw new Error(`The message "${message}" is not accepted.`);
    const microsStrict = microsOf(readMessage, text, batchMs);
    return { message, characters: text.length, microsStrict, microsParse: microsOf(JSON.parse, text, batchMs) };
  });
  console.table(figures.map((row) => ({ ...row, microsStrict: round(row.microsStrict), microsParse: round(row.microsParse) })));
  console.log(`The slowest takes ${round(Math.max(...figures.map((row) => row.microsStrict)) / 1000)} ms.`);
  return figures;
}

function microsOf(read: (text: string) => unknown, text: string, batchMs: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let batch = 0; batch < 5; batch++) {
    const start = performance.now();
    let count = 0;
    for (; performance.now() - start < batchMs; count++) read(text);
    best = Math.min(best, ((performance.now() - start) / count) * 1000);
  }
  return best;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

if (import.meta.main) await run();
