import type { Transaction } from '@toolgate/db/database';
import { encrypt } from './aead.ts';
import { currentDataKey } from './data-key.ts';
import type { KeyRing } from './key-ring.ts';

/** Where a sealed value lives: it opens in that place only. */
export interface SealedPlace {
  organizationId: string;
  table: string;
  column: string;
  /** The row's id. */
  row: string;
}

/** Seals a value for one place. `ciphertext` is nonce ‖ AES-256-GCM ciphertext ‖ tag; keep `keyVersion` beside it. */
export async function sealSecret(
  tx: Transaction,
  ring: KeyRing,
  place: SealedPlace,
  plaintext: string,
): Promise<{ ciphertext: Buffer<ArrayBuffer>; keyVersion: number }> {
  const { version, key } = await currentDataKey(tx, ring, place.organizationId);
  return { ciphertext: encrypt(key, sealedPlaceParts(place, version), Buffer.from(plaintext, 'utf8')), keyVersion: version };
}

/** organization | table | column | row | key version. */
export function sealedPlaceParts(place: SealedPlace, keyVersion: number): (string | number)[] {
  return [place.organizationId, place.table, place.column, place.row, keyVersion];
}
