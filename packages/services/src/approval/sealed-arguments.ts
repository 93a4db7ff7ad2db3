import type { Transaction } from '@toolgate/db/database';
import type { KeyRing } from '../secret/key-ring.ts';
import { openSecret } from '../secret/open.ts';
import { type SealedPlace, sealSecret } from '../secret/seal.ts';

const placeOf = (organizationId: string, id: string): SealedPlace => ({ organizationId, table: 'Approval', column: 'ciphertext', row: id });

/** The exact arguments, for the row of one approval. */
export function sealArguments(tx: Transaction, ring: KeyRing, organizationId: string, id: string, text: string) {
  return sealSecret(tx, ring, placeOf(organizationId, id), text);
}

interface SealedRow {
  organizationId: string;
  id: string;
  ciphertext: Uint8Array;
  keyVersion: number;
}

/** Throws when the key ring lacks the key, or the row was altered. */
export function openArguments(tx: Transaction, ring: KeyRing, { organizationId, id, ciphertext, keyVersion }: SealedRow): Promise<string> {
  return openSecret(tx, ring, placeOf(organizationId, id), ciphertext, keyVersion);
}
