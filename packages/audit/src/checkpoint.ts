/** A signed statement of where an organization's chain stood. Whoever keeps one can tell later whether the log was rewritten. */
import { z } from 'zod';
import { canonicalJson } from './canonical-json.ts';

export const Checkpoint = z.strictObject({
  organizationId: z.string(),
  /** The number of the newest event that it covers, and with it every one before. */
  seq: z.number().int().positive(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime({ precision: 3 }),
  /** The first 16 hex digits of the SHA-256 of the public key's DER. */
  keyId: z.string().regex(/^[0-9a-f]{16}$/),
  /** Ed25519 over `checkpointText`, base64url; the last letter has four bits too many, which are zero, so that there is one spelling. */
  signature: z.string().regex(/^[A-Za-z0-9_-]{85}[AQgw]$/),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

/** What is signed. The first member keeps a signature from meaning anything else. */
export function checkpointText({ organizationId, seq, hash, at, keyId }: Omit<Checkpoint, 'signature'>): string {
  return canonicalJson({ format: 'toolgate audit checkpoint 1', organizationId, seq, hash, at, keyId });
}

/** Whether a text was signed by the private half of the key that the reader trusts. Passed in: this package is pure. */
export type VerifySignature = (text: string, signature: string, keyId: string) => boolean;
