/** Checks an export offline: with the public key, that a key of the installation vouches for every byte of it. */
import { createHash, createPublicKey, type KeyObject, hash as oneShot, verify } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { TextDecoder } from 'node:util';
import { Checkpoint, type VerifySignature } from '@toolgate/audit/checkpoint';
import { ExportManifest, manifestProblem } from '@toolgate/audit/export-manifest';
import { type ExportVerification, verifyExport } from '@toolgate/audit/verify-export';
import { keyIdOf } from '@toolgate/services/audit/checkpoint-key';
import { Failure } from './failure.ts';
import { readText } from './read-text.ts';

export interface VerifyOptions {
  /** PEM; several keys one after the other, after a change of keys. */
  publicKey?: string | undefined;
  /** JSON, or JSON lines. */
  checkpoint?: string | undefined;
  /** Of a CSV file, whose manifest is a file of its own. */
  manifest?: string | undefined;
}

type Verified = Omit<Extract<ExportVerification, { ok: true }>, 'ok'>;

/** Rejects (Failure) with the first thing that is wrong. Without a public key only the hash chain is checked: `signed` is false. */
export async function verifyAudit(file: string, options: VerifyOptions): Promise<Verified> {
  const verifySignature = options.publicKey === undefined ? null : verifierOf(await readText(options.publicKey));
  const checkpoints = options.checkpoint === undefined ? [] : readCheckpoints(await readText(options.checkpoint));
  if (options.manifest !== undefined) return verifyWithManifest(file, await readText(options.manifest), verifySignature);
  const digest = createHash('sha256');
  const check = {
    sha256,
    digest: { update: (text: string) => void digest.update(text, 'utf8'), hex: () => digest.digest('hex') },
    verify: verifySignature,
    checkpoints,
  };
  const checked = await verifyExport(linesOf(file), check);
  if (!checked.ok) throw new Failure(checked.message);
  const { ok: _, ...verified } = checked;
  return verified;
}

const sha256 = (text: string): string => oneShot('sha256', text, 'hex');

/** A file whose lines are no events (CSV): its bytes are what the manifest says, and the manifest is what the chain says. */
async function verifyWithManifest(file: string, text: string, verifySignature: VerifySignature | null): Promise<Verified> {
  const value = asJson(text, 'The manifest') as { manifest?: unknown };
  const read = ExportManifest.safeParse(value?.manifest ?? value);
  if (!read.success) throw new Failure('The manifest cannot be read.');
  const problem = manifestProblem(read.data, sha256, verifySignature);
  if (problem) throw new Failure(problem);
  const digest = createHash('sha256');
  for await (const chunk of readBytes(file)) digest.update(chunk);
  const { content, event } = read.data;
  if (digest.digest('hex') !== content.sha256) throw new Failure('The file is not the one that was exported.');
  const head = event && { seq: event.seq, hash: event.hash };
  return { events: content.count, from: content.first, head, signed: verifySignature !== null, dropped: [] };
}

function verifierOf(pem: string): VerifySignature {
  const keys = new Map<string, KeyObject>();
  for (const [text] of pem.matchAll(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g)) {
    try {
      const key = createPublicKey(text);
      if (key.asymmetricKeyType === 'ed25519') keys.set(keyIdOf(key), key);
    } catch {
      throw new Failure('The public key cannot be read.');
    }
  }
  if (keys.size === 0) throw new Failure('The public key is not an Ed25519 key in PEM.');
  return (text, signature, keyId) => {
    const key = keys.get(keyId);
    return key !== undefined && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
  };
}

function readCheckpoints(text: string): Checkpoint[] {
  const whole = text.trim().startsWith('[')
    ? asJson(text, 'The checkpoints')
    : text
        .split('\n')
        .filter(Boolean)
        .map((line) => asJson(line, 'A checkpoint'));
  const read = Checkpoint.array().min(1).safeParse(whole);
  if (!read.success) throw new Failure('The checkpoint file cannot be read.');
  return read.data;
}

function asJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure(`${what} is not JSON.`);
  }
}

/** Lines end with a line feed and nothing else; bytes that are no UTF-8 are an edit. */
async function* linesOf(file: string): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest = '';
  for await (const chunk of readBytes(file)) {
    const parts = (rest + decode(decoder, chunk)).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  rest += decode(decoder, undefined);
  if (rest !== '') yield rest;
}

function decode(decoder: TextDecoder, chunk: Buffer | undefined): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch {
    throw new Failure('The file was changed after it had been exported: it is not UTF-8 any more.');
  }
}

async function* readBytes(file: string): AsyncIterable<Buffer> {
  try {
    for await (const chunk of file === '-' ? process.stdin : createReadStream(file)) yield chunk as Buffer;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure(code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read (${code}).`);
  }
}
