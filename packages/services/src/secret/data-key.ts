/** The data keys of an organization: random, kept wrapped by the key ring. */
import { hkdfSync, randomBytes } from 'node:crypto';
import type { Transaction } from '@toolgate/db/database';
import { decrypt, encrypt } from './aead.ts';
import type { KeyRing } from './key-ring.ts';

export interface DataKey {
  version: number;
  key: Buffer;
}

/** The newest data key; makes the first one when there is none, and wraps it anew when the ring has a newer key. */
export async function currentDataKey(tx: Transaction, ring: KeyRing, organizationId: string): Promise<DataKey> {
  const found = await newest(tx, organizationId);
  if (found) {
    const key = unwrap(ring, found);
    if (found.ringKeyId !== ring.first.id) {
      await tx.organizationKey.update({
        where: { organizationId_version: { organizationId, version: found.version } },
        data: wrap(ring, organizationId, found.version, key),
      });
    }
    return { version: found.version, key };
  }
  // Whoever comes second keeps the first one's key.
  await tx.organizationKey.createMany({
    data: [{ organizationId, version: 1, ...wrap(ring, organizationId, 1, randomBytes(32)) }],
    skipDuplicates: true,
  });
  const made = await newest(tx, organizationId);
  if (!made) throw new Error('The data key of the organization could not be stored.');
  return { version: made.version, key: unwrap(ring, made) };
}

/** The data key of one version. Throws when it does not exist or the ring cannot unwrap it. */
export async function dataKey(tx: Transaction, ring: KeyRing, organizationId: string, version: number): Promise<Buffer> {
  const row = await tx.organizationKey.findUnique({ where: { organizationId_version: { organizationId, version } } });
  if (!row) throw new Error(`The organization has no data key of version ${version}.`);
  return unwrap(ring, row);
}

/** The key of the HMAC that stands for call arguments in the audit log: stays the same when data keys are rotated. */
export async function argumentKey(tx: Transaction, ring: KeyRing, organizationId: string): Promise<Buffer> {
  await currentDataKey(tx, ring, organizationId);
  const root = await dataKey(tx, ring, organizationId, 1);
  return Buffer.from(hkdfSync('sha256', root, Buffer.from(organizationId), 'toolgate audit arguments', 32));
}

interface WrappedKey {
  organizationId: string;
  version: number;
  ringKeyId: string;
  wrappedKey: Uint8Array;
}

function newest(tx: Transaction, organizationId: string): Promise<WrappedKey | null> {
  return tx.organizationKey.findFirst({ where: { organizationId }, orderBy: { version: 'desc' } });
}

function wrap(ring: KeyRing, organizationId: string, version: number, key: Buffer) {
  const { id } = ring.first;
  return { ringKeyId: id, wrappedKey: encrypt(ring.first.key, place(organizationId, version, id), key) };
}

function unwrap(ring: KeyRing, row: WrappedKey): Buffer {
  const ringKey = ring.byId.get(row.ringKeyId);
  if (!ringKey) throw new Error(`The key ring lacks the key "${row.ringKeyId}", which wraps the organization's data key.`);
  return decrypt(ringKey.key, place(row.organizationId, row.version, row.ringKeyId), row.wrappedKey);
}

const place = (organizationId: string, version: number, ringKeyId: string) => [
  organizationId,
  'OrganizationKey',
  'wrappedKey',
  version,
  ringKeyId,
];
