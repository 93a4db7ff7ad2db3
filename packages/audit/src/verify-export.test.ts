import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical, chainHash, GENESIS } from './chain.ts';
import { type Checkpoint, checkpointText, type VerifySignature } from './checkpoint.ts';
import { type AuditEvent, type AuditFacts, auditFacts } from './event.ts';
import { endLine } from './export-manifest.ts';
import { type ExportVerification, verifyExport } from './verify-export.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const KEY = generateKeyPairSync('ed25519');
const OTHER = generateKeyPairSync('ed25519');
const keyId = '0123456789abcdef';
const verifyBy =
  (publicKey = KEY.publicKey): VerifySignature =>
  (text, signature, id) =>
    id === keyId &&
    verify(
      null,
      Buffer.from(text),
      createPublicKey(publicKey.export({ format: 'pem', type: 'spki' })),
      Buffer.from(signature, 'base64url'),
    );

const signed = ({ organizationId, seq, hash }: AuditEvent, key = KEY.privateKey): Checkpoint => {
  const unsigned = { organizationId, seq, hash, at: '2026-11-22T10:00:00.000Z', keyId };
  return { ...unsigned, signature: sign(null, Buffer.from(checkpointText(unsigned)), key).toString('base64url') };
};

const follow = (facts: Partial<AuditFacts>, last: { seq: number; hash: string }): AuditEvent => {
  const seq = last.seq + 1;
  const known = { id: `e${seq}`, organizationId: 'o', at: '2026-11-22T10:00:00.000Z', kind: 'call' as const };
  const event = { ...auditFacts({ ...known, ...facts }), seq, prevHash: last.hash };
  return { ...event, hash: chainHash(last.hash, canonical(event), sha256) };
};

function chain(
  length: number,
  factsOf: (seq: number) => Partial<AuditFacts> = (seq) => ({ latencyMs: seq, message: `Grüße ${seq}` }),
): AuditEvent[] {
  const events: AuditEvent[] = [];
  for (let seq = 1; seq <= length; seq++) events.push(follow(factsOf(seq), events.at(-1) ?? { seq: 0, hash: GENESIS }));
  return events;
}

/** The lines of an export of these events, as the gateway's installation makes it; the end follows the chain's own last event. */
function exportOf(events: AuditEvent[], { query = '', head = events.at(-1)! } = {}): string[] {
  const lines = events.map((event) => JSON.stringify(event));
  const content = {
    format: 'jsonl',
    query,
    count: events.length,
    first: events[0]?.seq ?? null,
    last: events.at(-1)?.seq ?? null,
    sha256: sha256(lines.map((line) => `${line}\n`).join('')),
  } as const;
  const event = follow({ kind: 'change', action: 'audit.export_end', detail: { after: content } }, head);
  return [...lines, endLine({ event, checkpoint: signed(event) })!.trimEnd()];
}

const check = (lines: string[], checkpoints: Checkpoint[] = [], by: VerifySignature | null = verifyBy()): Promise<ExportVerification> => {
  const digest = createHash('sha256');
  return verifyExport(lines, {
    sha256,
    digest: { update: (text) => void digest.update(text), hex: () => digest.digest('hex') },
    verify: by,
    checkpoints,
  });
};

test('an export as it was made holds, whole or filtered, by the public key alone', async () => {
  const events = chain(20);
  expect(await check(exportOf(events))).toMatchObject({ ok: true, events: 21, from: 1, signed: true, head: { seq: 21 } });
  const some = events.filter(({ seq }) => seq % 3 === 0);
  expect(await check(exportOf(some, { query: 'decision:denied', head: events[19]! }))).toMatchObject({
    ok: true,
    events: 7,
    from: 3,
    signed: true,
  });
  expect(await check(exportOf([], { query: 'tool:none', head: events[19]! }))).toMatchObject({ ok: true, events: 1, signed: true });
  expect(await check(exportOf(events), [], null)).toMatchObject({ ok: true, signed: false });
});

test('a signature of another key, and an export that nobody signed, vouch for nothing', async () => {
  const lines = exportOf(chain(5));
  expect(await check(lines, [], verifyBy(OTHER.publicKey))).toMatchObject({
    ok: false,
    message: expect.stringContaining('not of this key'),
  });
  const { checkpoint: _, ...end } = JSON.parse(lines.at(-1)!);
  expect(await check([...lines.slice(0, -1), JSON.stringify({ ...end, checkpoint: null })])).toMatchObject({ ok: false });
  expect(await check(lines.slice(0, -1))).toMatchObject({ ok: false, message: 'The file has no end: it was cut.' });
});

test('a signature has one spelling: another last letter that stands for the same bytes is found like any other change', async () => {
  const lines = exportOf(chain(3));
  const { checkpoint, ...event } = JSON.parse(lines.at(-1)!);
  const bytesOf = (signature: string) => Buffer.from(signature, 'base64url').toString('hex');
  const spellings = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
    .map((letter) => checkpoint.signature.slice(0, -1) + letter)
    .filter((signature) => signature !== checkpoint.signature && bytesOf(signature) === bytesOf(checkpoint.signature));
  expect(spellings).toHaveLength(15);
  for (const signature of spellings)
    expect(await check([...lines.slice(0, -1), JSON.stringify({ ...event, checkpoint: { ...checkpoint, signature } })])).toMatchObject({
      ok: false,
    });
});

test('a checkpoint that was kept vouches for what it covers, and tells a rewritten log', async () => {
  const events = chain(10);
  const lines = events.map((event) => JSON.stringify(event));
  expect(await check(lines, [signed(events[9]!)])).toMatchObject({ ok: true, signed: true });
  expect(await check(lines, [signed(events[6]!)])).toMatchObject({
    ok: false,
    seq: 8,
    message: expect.stringContaining('8 to 10 are newer'),
  });
  expect(await check(lines.slice(0, 8), [signed(events[9]!)])).toMatchObject({ ok: false, message: expect.stringContaining('was cut') });
  // Whoever holds the installation's key may sign another history; not one that agrees with what a customer kept.
  const rewritten = chain(10, (seq) => ({ latencyMs: seq, message: seq === 4 ? 'other' : `Grüße ${seq}` }));
  expect(await check(exportOf(rewritten))).toMatchObject({ ok: true });
  expect(await check(exportOf(rewritten), [signed(events[6]!)])).toMatchObject({
    ok: false,
    seq: 7,
    message: expect.stringContaining('rewritten'),
  });
  expect(await check(lines, [signed(events[9]!, OTHER.privateKey)])).toMatchObject({
    ok: false,
    message: expect.stringContaining('not signed by this key'),
  });
  expect(await check(lines.slice(4), [signed(events[3]!), signed(events[9]!)])).toMatchObject({ ok: true, from: 5 });
  expect(await check(lines.slice(4), [signed(events[9]!)])).toMatchObject({
    ok: false,
    message: expect.stringContaining('1 to 4 are missing'),
  });
});

test('what retention dropped is missing rightly, as long as the log says so, with the right hashes', async () => {
  const range = (from: AuditEvent, to: AuditEvent) => ({ from: from.seq, to: to.seq, hashBefore: from.prevHash, hash: to.hash });
  const before = chain(9);
  const dropped = [range(before[0]!, before[2]!), range(before[4]!, before[4]!), range(before[5]!, before[5]!)];
  const retention = follow({ kind: 'change', action: 'audit.retention', detail: { after: { dropped } } }, before[8]!);
  const kept = [before[3]!, ...before.slice(6), retention];
  expect(await check(exportOf(kept))).toMatchObject({
    ok: true,
    from: 4,
    dropped: [
      { from: 1, to: 3 },
      { from: 5, to: 6 },
    ],
  });
  expect(await check(exportOf(kept.filter(({ seq }) => seq !== 7)))).toMatchObject({
    ok: false,
    message: expect.stringContaining('5 to 7 are missing'),
  });
  expect(await check(exportOf(kept.slice(1)))).toMatchObject({ ok: false });
  expect(await check(exportOf(kept.slice(0, -1), { head: retention }))).toMatchObject({ ok: false });
});

const LENGTH = 14;
const place = fc.nat(LENGTH);
/** What somebody may do to a file: with or without making hashes fit again. */
const harm: fc.Arbitrary<(lines: string[]) => string[]> = fc.oneof(
  fc.tuple(fc.nat(), fc.string({ minLength: 1, maxLength: 3, unit: 'grapheme' })).map(([at, text]) => (lines: string[]) => {
    const whole = lines.join('\n');
    const i = at % whole.length;
    return (whole.slice(0, i) + text + whole.slice(i + 1)).split('\n');
  }),
  fc.tuple(fc.nat(), fc.integer({ min: 1, max: 40 })).map(([at, length]) => (lines: string[]) => {
    const whole = lines.join('\n');
    const i = at % whole.length;
    return (whole.slice(0, i) + whole.slice(i + length)).split('\n');
  }),
  place.map((at) => (lines: string[]) => lines.filter((_, i) => i !== at)),
  fc.tuple(place, fc.nat(LENGTH)).map(([from, to]) => (lines: string[]) => {
    const moved = lines.filter((_, i) => i !== from);
    moved.splice(to, 0, lines[from]!);
    return moved;
  }),
  place.map((at) => (lines: string[]) => lines.toSpliced(at, 0, lines[at]!)),
  place.map((at) => (lines: string[]) => lines.slice(0, at)),
  place.map((at) => (lines: string[]) => lines.slice(at)),
  fc.tuple(place, place).map(
    ([from, to]) =>
      (lines: string[]) =>
        lines.filter((_, i) => i < Math.min(from, to) || i > Math.max(from, to)),
  ),
  // An edit with everything after it made to fit: hashes, count and digest, as far as that goes without the private key.
  fc
    .tuple(fc.nat(LENGTH - 1), fc.constantFrom('tool', 'decision', 'message', 'at'), fc.boolean())
    .map(([at, field, drop]) => (lines: string[]) => {
      const events = lines.slice(0, -1).map((line) => JSON.parse(line) as AuditEvent);
      const value = field === 'decision' ? 'denied' : field === 'at' ? '2026-11-22T11:00:00.000Z' : 'forged';
      const edited = events.map((event, i) => (i === at ? { ...event, [field]: value } : event)).filter((_, i) => !drop || i !== at);
      const forged: AuditEvent[] = [];
      for (const { seq: _, prevHash: __, hash: ___, ...facts } of edited)
        forged.push(follow(facts, forged.at(-1) ?? { seq: 0, hash: GENESIS }));
      const end = JSON.parse(lines.at(-1)!);
      return [...exportOf(forged).slice(0, -1), JSON.stringify({ ...JSON.parse(exportOf(forged).at(-1)!), checkpoint: end.checkpoint })];
    }),
);

test.each([
  ['a whole export', ''],
  ['a filtered export', 'tool:x'],
])('every random edit, deletion, reordering, insertion and truncation of %s is found with the public key alone', async (_, query) => {
  const lines = exportOf(
    chain(LENGTH, (seq) => ({ tool: 'x', decision: 'allowed', latencyMs: seq, message: `Grüße "${seq}" \\ 🎨` })),
    { query },
  );
  expect(await check(lines)).toMatchObject({ ok: true });
  let harmed = 0;
  await fc.assert(
    fc.asyncProperty(harm, async (one) => {
      const changed = one(lines);
      if (changed.join('\n') === lines.join('\n')) return;
      harmed++;
      expect((await check(changed)).ok, changed.join('\n')).toBe(false);
    }),
    { numRuns: 3000 },
  );
  expect(harmed).toBeGreaterThan(2000);
});
