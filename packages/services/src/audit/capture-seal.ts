/** Captured arguments are sealed by a key of their own, which the gateway derives once per organization: no row is read for a call. */
import { hkdfSync } from 'node:crypto';
import { decrypt, encrypt } from '../secret/aead.ts';

/** @param argumentKey of the organization, as `secret/data-key` gives it */
export function captureKey(argumentKey: Uint8Array, organizationId: string): Buffer {
  return Buffer.from(hkdfSync('sha256', argumentKey, Buffer.from(organizationId), 'toolgate captured arguments', 32));
}

/** nonce ‖ AES-256-GCM ciphertext ‖ tag; opens for this event only. */
export function sealCapture(key: Buffer, organizationId: string, eventId: string, text: string): Buffer<ArrayBuffer> {
  return encrypt(key, place(organizationId, eventId), Buffer.from(text, 'utf8'));
}

/** Throws when it was moved or altered. */
export function openCapture(key: Buffer, organizationId: string, eventId: string, sealed: Uint8Array): string {
  return decrypt(key, place(organizationId, eventId), sealed).toString('utf8');
}

const place = (organizationId: string, eventId: string) => [organizationId, 'AuditCapture', 'ciphertext', eventId, 1];
