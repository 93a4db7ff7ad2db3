/**
 * Our `Mcp-Session-Id`: the upstream's id, sealed for one organization, grant and server. Nothing is kept here, so a session works on
 * every gateway and after restarts; and it is no credential: without the grant's token it opens nothing.
 */
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import type { KeyRing } from '@toolgate/services/secret/key-ring';
import { z } from 'zod';
import { Lru } from '../directory/lru.ts';

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
/** Most requests are of a session that was opened a moment ago: what a token says never changes. */
const MAX_OPENED = 10_000;

export function createSessionTokens(ring: KeyRing): SessionTokens {
  // Not as bytes: Node looks at those anew with every use, which takes four times as long as the rest.
  const derive = (key: Buffer) => createSecretKey(Buffer.from(hkdfSync('sha256', key, '', 'toolgate session', 32)));
  const opened = new Lru<string, Session>(MAX_OPENED);
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
      const place = `${owner.organizationId}|${owner.grantId}|${owner.serverId} ${token}`;
      const known = opened.get(place);
      if (known) return known;
      if (token.length > MAX_LENGTH || !/^[A-Za-z0-9_-]+$/.test(token)) return null;
      const bytes = Buffer.from(token, 'base64url');
      // Trailing bits that the decoder ignores would give one session several spellings.
      if (bytes.length <= NONCE + TAG || bytes.toString('base64url') !== token) return null;
      for (const key of all) {
        const text = tryOpen(key, boundTo(owner), bytes);
        if (text === null) continue;
        const session = Session.parse(JSON.parse(text));
        opened.set(place, session);
        return session;
      }
      return null;
    },
  };
}

function tryOpen(key: KeyObject, bound: Buffer, bytes: Buffer): string | null {
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
