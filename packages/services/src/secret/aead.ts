import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const NONCE = 12;
const TAG = 16;

/** AES-256-GCM with a random nonce: nonce ‖ ciphertext ‖ tag. `place` is bound as additional data. */
export function encrypt(key: Buffer, place: readonly (string | number)[], plaintext: Uint8Array): Buffer<ArrayBuffer> {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(additionalData(place));
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Throws when the key, the place or a single bit differs. */
export function decrypt(key: Buffer, place: readonly (string | number)[], sealed: Uint8Array): Buffer {
  if (sealed.length < NONCE + TAG) throw new Error('The sealed value is too short.');
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length);
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAAD(additionalData(place));
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE, bytes.length - TAG)), decipher.final()]);
}

/** The separator must not occur in a part, or two places could have one spelling. */
function additionalData(place: readonly (string | number)[]): Buffer {
  const parts = place.map(String);
  if (parts.some((part) => part.includes('|'))) throw new Error('A part of the place of a sealed value holds the separator.');
  return Buffer.from(parts.join('|'), 'utf8');
}
