import type { Transaction } from '@toolgate/db/database';
import { decrypt } from './aead.ts';
import { dataKey } from './data-key.ts';
import type { KeyRing } from './key-ring.ts';
import { type SealedPlace, sealedPlaceParts } from './seal.ts';

/** Opens what `sealSecret` sealed for exactly this place. Throws when it was moved, altered, or the key is gone. */
export async function openSecret(
  tx: Transaction,
  ring: KeyRing,
  place: SealedPlace,
  ciphertext: Uint8Array,
  keyVersion: number,
): Promise<string> {
  const key = await dataKey(tx, ring, place.organizationId, keyVersion);
  return decrypt(key, sealedPlaceParts(place, keyVersion), ciphertext).toString('utf8');
}
