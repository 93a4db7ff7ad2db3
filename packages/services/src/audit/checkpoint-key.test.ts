import { createPublicKey, generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { checkpointText } from '@toolgate/audit/checkpoint';
import { expect, test } from 'vitest';
import { parseKeyRing } from '../secret/key-ring.ts';
import { keyIdOf, newSigningKey, readSigningKey } from './checkpoint-key.ts';

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [a, b] = [key('a'), key('b')];
const stand = { organizationId: 'o', seq: 7, hash: 'f'.repeat(64), at: '2026-11-22T10:00:00.000Z' };

test('a key that was made here signs what its public half verifies, and nothing else', () => {
  const signer = readSigningKey(newSigningKey(parseKeyRing(a)), parseKeyRing(a));
  const checkpoint = signer.sign(stand);
  const holds = (changed: object) =>
    verify(
      null,
      Buffer.from(checkpointText({ ...checkpoint, ...changed })),
      signer.publicKey,
      Buffer.from(checkpoint.signature, 'base64url'),
    );
  expect(holds({})).toBe(true);
  for (const changed of [
    { seq: 8 },
    { hash: 'e'.repeat(64) },
    { organizationId: 'p' },
    { at: '2026-11-22T10:00:00.001Z' },
    { keyId: '0'.repeat(16) },
  ]) {
    expect(holds(changed), JSON.stringify(changed)).toBe(false);
  }
  expect(keyIdOf(createPublicKey(signer.publicKey))).toBe(signer.keyId);
});

test('it is sealed: without the ring that sealed it, or with a bit changed, it does not open', () => {
  const sealed = newSigningKey(parseKeyRing(a));
  expect(readSigningKey(sealed, parseKeyRing(`${b},${a}`)).keyId).toBe(readSigningKey(sealed, parseKeyRing(a)).keyId);
  expect(() => readSigningKey(sealed, parseKeyRing(b))).toThrow('which the key ring lacks');
  const [, head, text] = /^(.*:)(.*)$/.exec(sealed) as unknown as [string, string, string];
  for (let at = 0; at < Buffer.from(text, 'base64').length; at++) {
    const bytes = Buffer.from(text, 'base64');
    bytes[at]! ^= 1;
    expect(() => readSigningKey(head + bytes.toString('base64'), parseKeyRing(a)), String(at)).toThrow('neither sealed');
  }
});

test('an operator’s own key is read as PKCS#8 in base64 or PEM; any other is refused without being shown', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const ring = parseKeyRing(a);
  const der = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  expect(readSigningKey(der, ring).keyId).toBe(readSigningKey(pem, ring).keyId);
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  for (const wrong of ['', 'planted', `${der.slice(0, 30)}AAAA`, rsa]) {
    expect(() => readSigningKey(wrong, ring)).toThrow(/signing key/i);
    try {
      readSigningKey(wrong, ring);
    } catch (error) {
      if (wrong.length > 4) expect(String(error)).not.toContain(wrong.slice(0, 20));
    }
  }
});
