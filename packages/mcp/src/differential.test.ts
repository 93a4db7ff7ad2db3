/** What was judged is what is sent: of mutated messages, none that is accepted means something else to another reader. */
import { isUtf8 } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { errorResponse, httpStatus } from './errors.ts';
import { type ReadMessage, readMessage } from './read-message.ts';
import { readLaxly } from './testing/lax-reader.ts';
import { mutatedMessage, UNTOUCHED } from './testing/mutations.ts';
import { startPythonReader } from './testing/python-reader.ts';

const ROUNDS = 40;
const PER_ROUND = 5_000;

interface Envelope {
  id?: unknown;
  method?: unknown;
  params?: { name?: unknown; arguments?: unknown };
}

/** As the gateway reads bytes; null where they are not UTF-8, which it answers with parse_error as well. */
function readBytes(bytes: Buffer): ReadMessage | null {
  return isUtf8(bytes) ? readMessage(bytes.toString('utf8')) : null;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function parsed(bytes: Buffer): { value: Envelope } | null {
  try {
    return { value: JSON.parse(decoder.decode(bytes)) };
  } catch {
    return null;
  }
}

/** What is wrong with how a message was read; null when nothing is. */
function disagreement(bytes: Buffer, read: ReadMessage | null, upstream: { value: Envelope } | null): string | null {
  if (!read?.ok) return wrongRefusal(read, upstream !== null);
  if (upstream === null) return 'V8 refuses it';
  const { message } = read;
  const lax = readLaxly(bytes.toString('utf8')) as Envelope;
  for (const seen of [upstream.value, lax]) {
    if (message.kind !== 'notification' && !Object.is(message.id, seen.id)) return 'another id';
    if (message.kind === 'response') continue;
    if (message.method !== seen.method) return 'another method';
    if (!isDeepStrictEqual(message.params, seen.params ?? {}) && seen !== lax) return 'other params';
    if (message.kind !== 'request' || message.method !== 'tools/call') continue;
    if (message.tool !== seen.params?.name) return 'another tool';
    if (!isDeepStrictEqual(message.args, seen.params?.arguments ?? {})) return 'other arguments';
  }
  return null;
}

function wrongRefusal(read: Exclude<ReadMessage, { ok: true }> | null, isJson: boolean): string | null {
  if (read === null) return isJson ? 'refused as no UTF-8, which it is' : null;
  if (read.problem === 'syntax' && isJson) return 'refused as no JSON, which it is';
  const body = JSON.parse(errorResponse(read.fault, read.id, 'r1', read.message));
  const isError = body.jsonrpc === '2.0' && body.id === read.id && body.error.code < 0 && body.error.message === read.message;
  return httpStatus(read.fault) === 400 && isError ? null : 'not refused with 400 and a JSON-RPC error';
}

test('messages that nobody touched are all accepted', () => {
  for (const bytes of UNTOUCHED) expect(readBytes(bytes)).toMatchObject({ ok: true });
});

interface Tally {
  accepted: number;
  refused: Record<string, number>;
}

const BACKSLASH_KEY = /(?:\\\\|\\u005c)"/i;

/** One round; the accepted messages with what V8 read out of them. Throws the first message that is read wrongly. */
function mutate(seed: number, tally: Tally): [Buffer, unknown][] {
  const accepted: [Buffer, unknown][] = [];
  const property = fc.property(mutatedMessage, (bytes) => {
    const read = readBytes(bytes);
    // No upstream gets what is refused. V8 is spared keys that end in a backslash: they make it misread later ones (see json-scanner.ts).
    const spared = read?.ok === false && BACKSLASH_KEY.test(bytes.toString('latin1'));
    const upstream = spared ? null : parsed(bytes);
    const wrong = disagreement(bytes, read, upstream);
    if (wrong !== null) throw new Error(`${wrong}: ${JSON.stringify(bytes.toString('utf8'))}`);
    if (read?.ok) {
      tally.accepted++;
      accepted.push([bytes, upstream?.value]);
    } else {
      const problem = read?.problem ?? 'no_utf8';
      tally.refused[problem] = (tally.refused[problem] ?? 0) + 1;
    }
  });
  fc.assert(property, { numRuns: PER_ROUND, seed });
  return accepted;
}

const readable = (line: string): string => Buffer.from(line.split(' ')[0]!, 'base64').toString('utf8') + line.slice(line.indexOf(' '));

test(`of ${ROUNDS * PER_ROUND} mutated messages, none that is accepted means something else to V8, to Python or to a lax reader`, {
  timeout: 900_000,
}, async ({ annotate }) => {
  const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
  const python = await startPythonReader();
  const tally: Tally = { accepted: 0, refused: {} };
  const started = performance.now();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [bytes, value] of mutate(seed + round, tally)) await python?.ask(bytes, value);
    // The runner is to hear of this process now and then.
    await setImmediate();
  }
  const differing = (await python?.finish()) ?? [];
  const report = [
    `FUZZ_SEED=${seed}: ${ROUNDS * PER_ROUND} messages in ${Math.round(performance.now() - started)} ms`,
    `${tally.accepted} accepted, refused: ${JSON.stringify(tally.refused)}`,
    python ? 'Python read every accepted one' : 'python3 is missing here, so it was not asked',
  ].join('; ');
  console.info(report);
  await annotate(report);
  expect(differing.map(readable)).toEqual([]);
  expect(tally.accepted).toBeGreaterThan((ROUNDS * PER_ROUND) / 10);
});
