/** Stage 2: whose token is it? Unknown, revoked, expired and foreign tokens are answered identically. */
import { hashToken, parseToken } from '@toolgate/services/grant/token';
import type { Directory } from '../directory/directory.ts';
import type { GrantEntry, OrganizationEntry } from '../directory/entries.ts';
import type { Gateway } from '../gateway.ts';
import { type Authenticated, onward, type Received, type Refusal, refused, type Staged } from './call.ts';

/** A refusal here names the organization where there is one: it is recorded in its log. */
export type Authentication = Staged<Authenticated> & { organization: OrganizationEntry | null };

/** @throws DirectoryUnavailable when it is not known and PostgreSQL cannot be asked. */
export async function authenticate({ directory }: Gateway, received: Received): Promise<Authentication> {
  const organization = await directory.organization(received.address.organization);
  const credential = readCredential(received.exchange.request.rawHeaders);
  if (credential === 'ambiguous') return { ...refused(AMBIGUOUS), organization };
  const tokenHash = credential === null ? null : hashToken(credential);
  const grant = organization && credential !== null && tokenHash && (await findGrant(directory, organization, credential, tokenHash));
  if (!organization || !tokenHash || !grant || !isValid(grant)) return { ...refused(UNAUTHENTICATED), organization };
  return { ...onward({ ...received, organization, grant, tokenHash }), organization };
}

/** The checksum keeps texts that are no token from PostgreSQL; a known hash needs no second look at the text. */
function findGrant(
  directory: Directory,
  organization: OrganizationEntry,
  credential: string,
  tokenHash: Buffer,
): Promise<GrantEntry | null> | null {
  return (
    directory.knownGrant(organization, tokenHash) ?? (parseToken(credential) === null ? null : directory.grant(organization, tokenHash))
  );
}

function isValid({ revoked, expiresAt }: GrantEntry): boolean {
  return !revoked && (expiresAt === null || expiresAt > Date.now());
}

/** Node keeps the first of two Authorization headers; another reader may keep the last. So two are refused, not chosen from. */
function readCredential(rawHeaders: string[]): string | null | 'ambiguous' {
  let found: string | null = null;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.length !== 13 || rawHeaders[i]!.toLowerCase() !== 'authorization') continue;
    if (found !== null) return 'ambiguous';
    found = rawHeaders[i + 1]!;
  }
  return /^Bearer (\S+)$/i.exec(found ?? '')?.[1] ?? null;
}

const AMBIGUOUS: Refusal = { kind: 'fault', code: 'ambiguous_credentials', audit: 'unauthenticated' };
const UNAUTHENTICATED: Refusal = { kind: 'fault', code: 'unauthenticated', audit: 'unauthenticated' };
