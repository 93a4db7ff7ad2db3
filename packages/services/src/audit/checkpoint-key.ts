/** The key of an installation that signs checkpoints: Ed25519, from TOOLGATE_SIGNING_KEY. Only the worker has the private half. */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Checkpoint, checkpointText } from '@toolgate/audit/checkpoint';
import { decrypt, encrypt } from '../secret/aead.ts';
import type { KeyRing } from '../secret/key-ring.ts';

export interface Signer {
  keyId: string;
  /** SPKI, PEM. */
  publicKey: string;
  sign(checkpoint: Omit<Checkpoint, 'keyId' | 'signature'>): Checkpoint;
}

/** A new key as text for TOOLGATE_SIGNING_KEY, sealed by the key ring's first key. */
export function newSigningKey(ring: KeyRing): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { id, key } = ring.first;
  return `sealed:${id}:${encrypt(key, place(id), privateKey.export({ format: 'der', type: 'pkcs8' })).toString('base64')}`;
}

/** Reads what `newSigningKey` made, or an Ed25519 key as PKCS#8 in base64 or PEM. Throws one sentence that never holds a key. */
export function readSigningKey(text: string, ring: KeyRing): Signer {
  const privateKey = privateKeyOf(text.trim(), ring);
  const publicKey = createPublicKey(privateKey);
  const keyId = keyIdOf(publicKey);
  return {
    keyId,
    publicKey: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    sign: (known) => {
      const unsigned = { ...known, keyId };
      return { ...unsigned, signature: sign(null, Buffer.from(checkpointText(unsigned)), privateKey).toString('base64url') };
    },
  };
}

/** The first 16 hex digits of the SHA-256 of the public key's DER. */
export function keyIdOf(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest('hex')
    .slice(0, 16);
}

function privateKeyOf(text: string, ring: KeyRing): KeyObject {
  const [, ringKeyId, sealed] = /^sealed:([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]+=*)$/.exec(text) ?? [];
  const ringKey = ringKeyId === undefined ? null : ring.byId.get(ringKeyId);
  if (ringKey === undefined) throw new Error(`The signing key is sealed by the key "${ringKeyId}", which the key ring lacks.`);
  let key: KeyObject;
  try {
    if (ringKey) key = createPrivateKey({ key: decrypt(ringKey.key, place(ringKey.id), Buffer.from(sealed ?? '', 'base64')), ...DER });
    else if (text.startsWith('-----BEGIN')) key = createPrivateKey(text);
    else key = createPrivateKey({ key: Buffer.from(text, 'base64'), ...DER });
  } catch {
    throw new Error('The signing key is neither sealed by the key ring nor an Ed25519 key as PKCS#8 in base64 or PEM.');
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('The signing key is not an Ed25519 key.');
  return key;
}

const DER = { format: 'der', type: 'pkcs8' } as const;

const place = (ringKeyId: string) => ['installation', 'TOOLGATE_SIGNING_KEY', ringKeyId];
