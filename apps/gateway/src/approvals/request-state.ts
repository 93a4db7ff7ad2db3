/**
 * Our `requestState` of 2026-07-28, sealed, and bound to one organization, grant, server and call. It is no credential: the policy runs again,
 * and the approval must exist. Of two kinds: our own question shows a person where to answer (`tga1`); a question of the server, put to a call
 * that a person approved, says which use of that approval the answer goes on with, and carries the server's own state (`tgu1`).
 */
import { createHash, hkdfSync } from 'node:crypto';
import { decrypt, encrypt } from '@toolgate/services/secret/aead';
import type { KeyRing } from '@toolgate/services/secret/key-ring';
import { z } from 'zod';

const State = z.strictObject({
  approvalId: z.string(),
  /** Hash of grant, server, tool and arguments, hex. */
  call: z.string(),
});
export type RequestState = z.infer<typeof State>;

const Use = State.extend({
  /** The request that used the approval. */
  requestId: z.string(),
  /** SHA-256 of the server's own state, hex; null: it gave none. */
  theirs: z.string().nullable(),
});
export type UseState = Omit<z.infer<typeof Use>, 'theirs'> & { theirs: string | null };

export interface RequestStates {
  seal(organizationId: string, state: RequestState): string;
  /** Null: not one of ours, so it is the server's. `broken`: ours, but altered, or of another organization. */
  open(organizationId: string, text: string): RequestState | 'broken' | null;
  /** `theirs`: the server's own state, as it gave it. */
  sealUse(organizationId: string, use: UseState): string;
  openUse(organizationId: string, text: string): UseState | 'broken' | null;
}

const PATTERN = /^tga1\.([0-9a-f]{12})\.([A-Za-z0-9_-]{1,4096})$/;
/** The server's state follows: nobody pays for encrypting what the client may see. */
const USE_PATTERN = /^tgu1\.([0-9a-f]{12})\.([A-Za-z0-9_-]{1,4096})\.(.*)$/s;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

export function createRequestStates(ring: KeyRing): RequestStates {
  const derive = (key: Buffer) => Buffer.from(hkdfSync('sha256', key, '', 'toolgate approval request state', 32));
  const name = (key: Buffer) => createHash('sha256').update(key).digest('hex').slice(0, 12);
  const first = derive(ring.first.key);
  // Another installation's state is another server's: gateways may stand behind each other.
  const byName = new Map([...ring.byId.values()].map(({ key }) => derive(key)).map((key) => [name(key), key]));
  const seal = (place: string[], value: object) =>
    `${name(first)}.${encrypt(first, place, Buffer.from(JSON.stringify(value))).toString('base64url')}`;
  function open<T>(schema: z.ZodType<T>, place: string[], keyName = '', sealed = ''): T | 'broken' | null {
    const key = byName.get(keyName);
    if (!key) return null;
    try {
      return schema.parse(JSON.parse(decrypt(key, place, Buffer.from(sealed, 'base64url')).toString('utf8')));
    } catch {
      return 'broken';
    }
  }
  const asked = (organizationId: string) => ['approval request state', organizationId];
  const used = (organizationId: string) => ['approval use state', organizationId];
  return {
    seal: (organizationId, state) => `tga1.${seal(asked(organizationId), state)}`,
    open(organizationId, text) {
      const [, keyName, sealed] = PATTERN.exec(text) ?? [];
      return open(State, asked(organizationId), keyName, sealed);
    },
    sealUse(organizationId, use) {
      const { theirs } = use;
      return `tgu1.${seal(used(organizationId), { ...use, theirs: theirs === null ? null : digest(theirs) })}.${theirs ?? ''}`;
    },
    openUse(organizationId, text) {
      const [, keyName, sealed, rest = ''] = USE_PATTERN.exec(text) ?? [];
      const use = open(Use, used(organizationId), keyName, sealed);
      if (use === null || use === 'broken') return use;
      if (use.theirs === null) return rest === '' ? use : 'broken';
      return digest(rest) === use.theirs ? { ...use, theirs: rest } : 'broken';
    },
  };
}
