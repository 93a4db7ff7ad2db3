/**
 * Our `Mcp-Session-Id`: the upstream's id, sealed for one organization, grant and server. Nothing is kept here, so a session works on
 * every gateway and after restarts; and it is no credential: without the grant's token it opens nothing.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { KeyRing } from '@toolgate/services/secret/key-ring';
import { z } from 'zod';

const Session = z.strictObject({
  /** Null: the upstream keeps no sessions. */
  upstream: z.string().nullable(),
  protocolVersion: z.string(),
  client: z.strictObject({ name: z.string(), version: z.string() }).nullable(),
  /** The server knows nothing of it: the gateway speaks another era, or transport, with it. */
  bridged: z.literal(true).optional(),
  /** At an address that joins servers: what those that have opened a session call it, and the revision they speak, by id. */
  joined: z
    .strictObject({
      id: z.string(),
      servers: z.record(z.string(), z.strictObject({ upstream: z.string().nullable(), version: z.string() })),
    })
    .optional(),
});
export type Session = z.infer<typeof Session>;

/** Whom a session belongs to. */
export interface SessionOwner {
  organizationId: string;
  grantId: string;
  serverId: string;
}

export interface SessionTokens {
  seal(owner: SessionOwner, session: Session): string;
  /** Null: not a session of this owner. */
  open(owner: SessionOwner, token: string): Session | null;
}

const NONCE = 12;
const TAG = 16;
const MAX_LENGTH = 8192;

export function createSessionTokens(ring: KeyRing): SessionTokens {
  const derive = (key: Buffer) => Buffer.from(hkdfSync('sha256', key, '', 'toolgate session', 32));
  const first = derive(ring.first.key);
  const all = [...ring.byId.values()].map(({ key }) => derive(key));
  return {
    seal(owner, session) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', first, nonce).setAAD(boundTo(owner));
      const sealed = Buffer.concat([cipher.update(JSON.stringify(session), 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url');
    },
    open(owner, token) {
      if (token.length > MAX_LENGTH || !/^[A-Za-z0-9_-]+$/.test(token)) return null;
      const bytes = Buffer.from(token, 'base64url');
      // Trailing bits that the decoder ignores would give one session several spellings.
      if (bytes.length <= NONCE + TAG || bytes.toString('base64url') !== token) return null;
      for (const key of all) {
        const text = tryOpen(key, boundTo(owner), bytes);
        if (text !== null) return Session.parse(JSON.parse(text));
      }
      return null;
    },
  };
}

function tryOpen(key: Buffer, bound: Buffer, bytes: Buffer): string | null {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), { authTagLength: TAG }).setAAD(bound);
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE, bytes.length - TAG)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

function boundTo({ organizationId, grantId, serverId }: SessionOwner): Buffer {
  return Buffer.from(`${organizationId}|${grantId}|${serverId}`, 'utf8');
}
