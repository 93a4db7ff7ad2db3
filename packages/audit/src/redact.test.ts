import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CAPTURED_CHARACTERS, REDACTED, redact } from './redact.ts';

/** Of this thread alone: how busy the machine is does not count. */
function cpuMs(run: () => void): number {
  const before = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
/** Hundreds of times what it takes; a form that goes back over the text, or a text that is searched whole, takes several times as long. */
const STALLED_MS = 1000;

const of = (value: unknown) => JSON.parse(redact(value).text);

test('what is named like a secret is taken out whole, however it is spelled, and what is not stays', () => {
  const secret = {
    password: 'a',
    'X-Api-Key': 'b',
    client_secret: { deep: 'c' },
    accessToken: ['d'],
    Authorization: 'e',
    PIN: 1234,
    cookies: 'f',
  };
  expect(of(secret)).toEqual(Object.fromEntries(Object.keys(secret).map((key) => [key, REDACTED])));
  expect(redact(secret).redacted).toBe(7);
  const plain = { prompt: 'a red fox', max_tokens: 400, size: '2K', monkey: 'george', passenger: 'Ada', keyboard: true, nothing: null };
  expect(of(plain)).toEqual(plain);
  expect(redact(plain)).toMatchObject({ redacted: 0, truncated: false });
});

test.each([
  'Bearer abcdefgh12345678',
  'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  'sk-proj-abcdefghijklmnopqrstuvwx',
  'AKIAIOSFODNN7EXAMPLE',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
  'tg_0123456789abcdefghijABCDEFGHIJ',
  'postgresql://app:hunter2secret@db.example/x',
  'https://files.example/a?X-Amz-Signature=abcdef0123456789&size=2',
  'password: hunter2secret',
  '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEI\n-----END PRIVATE KEY-----',
  'Zx81kQp0Lm4Tn7Vb2Hs9Rd3Wf6Yg5Jc',
])('%s is taken out wherever it stands', (secret) => {
  const core = secret.split(/[\s:=@/?&]+/).sort((a, b) => b.length - a.length)[0]!;
  for (const value of [{ note: secret }, [secret], { a: { b: [`see ${secret} there`] } }]) {
    if (JSON.stringify(value).includes('see Zx')) continue; // a random word within a sentence may be anything
    const { text, redacted } = redact(value);
    expect(redacted).toBeGreaterThan(0);
    expect(text).toContain(REDACTED);
    if (!secret.includes('example')) expect(text).not.toContain(core);
    expect(text).not.toMatch(/hunter2secret|abcdef0123456789|MC4CAQ/);
  }
});

test('no more than 16 Ki characters are kept, and more work than that is not done', () => {
  let read = 0;
  const item = (i: number) => ({
    i,
    get text() {
      read += 1;
      return `item ${i} password=hunter2`;
    },
  });
  const huge = { image: 'A'.repeat(900_000), list: Array.from({ length: 9000 }, (_, i) => item(i)) };
  const { text, truncated } = redact(huge);
  expect(read).toBeGreaterThan(10);
  expect(read).toBeLessThan(1000);
  expect(text.length).toBeLessThanOrEqual(CAPTURED_CHARACTERS);
  expect(truncated).toBe(true);
  expect(text).not.toContain('hunter2');
});

test('of a text of twenty million characters only the beginning is searched', () => {
  const image = '?key'.repeat(5_000_000);
  expect(cpuMs(() => expect(redact({ image }).truncated).toBe(true))).toBeLessThan(STALLED_MS);
});

test('a secret that stands where a text is cut is not kept in part', () => {
  for (let before = 4060; before < 4100; before++) {
    expect(redact({ text: `${' '.repeat(before)}ghp_16C7e42F292c6912E7710c838347Ae178B4a` }).text).not.toContain('ghp_');
  }
});

test('any value can be redacted, and what is kept in full is its JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const { text, truncated } = redact(value);
      if (!truncated) expect(() => JSON.parse(text)).not.toThrow();
      expect(text.length).toBeLessThanOrEqual(CAPTURED_CHARACTERS);
    }),
  );
});

test.each(['?key', '://a:', 'password', 'eyJaaaaaaaa.', '-----BEGIN PRIVATE KEY-----', 'sk-', 'Bearer '])(
  'a text full of “%s” stalls nothing',
  (part) => {
    const args = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`a${i}`, part.repeat(4608 / part.length)]));
    expect(cpuMs(() => redact(args))).toBeLessThan(STALLED_MS);
  },
);
