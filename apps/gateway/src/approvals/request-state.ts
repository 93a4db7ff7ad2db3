/**
 * The `requestState` of an `input_required` that asks for an approval: sealed, and bound to one grant, server and call. It is no credential:
 * the policy runs again, and the approval must exist. It says that the client has shown its person where to answer.
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

export interface RequestStates {
  seal(organizationId: string, state: RequestState): string;
  /** Null: not one of ours, so it is the server's. `broken`: ours, but altered, or of another organization. */
  open(organizationId: string, text: string): RequestState | 'broken' | null;
}

const PATTERN = /^tga1\.([0-9a-f]{12})\.([A-Za-z0-9_-]{1,4096})$/;

export function createRequestStates(ring: KeyRing): RequestStates {
  const derive = (key: Buffer) => Buffer.from(hkdfSync('sha256', key, '', 'toolgate approval request state', 32));
  const name = (key: Buffer) => createHash('sha256').update(key).digest('hex').slice(0, 12);
  const first = derive(ring.first.key);
  // Another installation's state is another server's: gateways may stand behind each other.
  const byName = new Map([...ring.byId.values()].map(({ key }) => derive(key)).map((key) => [name(key), key]));
  const place = (organizationId: string) => ['approval request state', organizationId];
  return {
    seal: (organizationId, state) =>
      `tga1.${name(first)}.${encrypt(first, place(organizationId), Buffer.from(JSON.stringify(state))).toString('base64url')}`,
    open(organizationId, text) {
      const [, keyName = '', sealed = ''] = PATTERN.exec(text) ?? [];
      const key = byName.get(keyName);
      if (!key) return null;
      try {
        return State.parse(JSON.parse(decrypt(key, place(organizationId), Buffer.from(sealed, 'base64url')).toString('utf8')));
      } catch {
        return 'broken';
      }
    },
  };
}
