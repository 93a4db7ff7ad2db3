/**
 * Reads what calls are judged by, and keeps it until the ledger says that the organization's epoch has moved on. Every load reads the
 * epoch before the rest, so that an entry is never older than the epoch it is used under.
 */
import type { Database } from '@toolgate/db/database';
import type { KeyRing } from '@toolgate/services/secret/key-ring';
import type { GrantEntry, OrganizationEntry, PolicyEntry, ServerEntry } from './entries.ts';
import { loadGrant, loadOrganization, loadPolicy, loadServer } from './load.ts';
import { Lru } from './lru.ts';

export interface Directory {
  /** Null: there is no such organization. */
  organization(slug: string): Promise<OrganizationEntry | null>;
  /** Null: this organization has no grant with this token (SHA-256). */
  grant(organization: OrganizationEntry, tokenHash: Buffer): Promise<GrantEntry | null>;
  /** The same without asking PostgreSQL; undefined: it would have to be asked. */
  knownGrant(organization: OrganizationEntry, tokenHash: Buffer): Promise<GrantEntry | null> | undefined;
  server(organization: OrganizationEntry, serverId: string): Promise<ServerEntry | null>;
  policy(organization: OrganizationEntry, policyId: string): Promise<PolicyEntry | null>;
  /** Forgets everything known of an organization as of this entry, and returns what is true now. */
  renew(organization: OrganizationEntry): Promise<OrganizationEntry | null>;
}

/** PostgreSQL could not be asked, and nothing is known. */
export class DirectoryUnavailable extends Error {
  override readonly name = 'DirectoryUnavailable';
}

const MAX_ORGANIZATIONS = 10_000;
const MAX_GRANTS = 20_000;

interface Known {
  grants: Lru<string, Promise<GrantEntry | null>>;
  servers: Map<string, Promise<ServerEntry | null>>;
  policies: Map<string, Promise<PolicyEntry | null>>;
}

/** @param answerMs how long a caller waits for what has to be loaded; `DirectoryUnavailable` after that. */
export function createDirectory(db: Database, keyRing: KeyRing, answerMs: number): Directory {
  const organizations = new Lru<string, Promise<OrganizationEntry | null>>(MAX_ORGANIZATIONS);
  const known = new WeakMap<OrganizationEntry, Known>();

  const knownOf = (organization: OrganizationEntry): Known => {
    const found = known.get(organization) ?? { grants: new Lru(MAX_GRANTS), servers: new Map(), policies: new Map() };
    known.set(organization, found);
    return found;
  };
  const kept: Keep = async (store, key, load) => inTime(keep(store, key, load), answerMs);
  const organization = (slug: string) => kept(organizations, slug, () => loadOrganization(db, keyRing, slug));

  return {
    organization,
    grant: (entry, tokenHash) => kept(knownOf(entry).grants, tokenHash.toString('latin1'), () => loadGrant(db, entry.id, tokenHash)),
    knownGrant: (entry, tokenHash) => known.get(entry)?.grants.get(tokenHash.toString('latin1')),
    server: (entry, serverId) => kept(knownOf(entry).servers, serverId, () => loadServer(db, entry.id, serverId)),
    policy: (entry, policyId) => kept(knownOf(entry).policies, policyId, () => loadPolicy(db, entry.id, policyId)),
    async renew(entry) {
      const current = organizations.get(entry.slug);
      // Another request may have renewed it already; what it loads is at least as new as the moment it was dropped.
      // One that still loads is newer than this entry, and may take long: it is not waited for here.
      if (current && over.has(current) && (await current.catch(() => null)) === entry) organizations.drop(entry.slug, current);
      return organization(entry.slug);
    },
  };
}

interface Store<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): unknown;
}

type Keep = <V>(
  store: Store<Promise<V | null>> & (Lru<string, Promise<V | null>> | Map<string, Promise<V | null>>),
  key: string,
  load: () => Promise<V | null>,
) => Promise<V | null>;

/** Loads once for all who ask together. What does not exist, or could not be loaded, is asked for again. */
const keep: Keep = (store, key, load) => {
  const found = store.get(key);
  if (found) return found;
  const loading = load().catch((error: unknown) => {
    throw new DirectoryUnavailable('PostgreSQL could not be asked.', { cause: error });
  });
  store.set(key, loading);
  const forget = () => (store instanceof Lru ? store.drop(key, loading) : store.get(key) === loading && store.delete(key));
  loading.then((value) => value === null && forget(), forget);
  return loading;
};

/** Loads that are over: nobody has to be guarded against them. */
const over = new WeakSet<Promise<unknown>>();

/** A PostgreSQL that hangs must not make callers wait: they are told in time, while the load goes on for those who come later. */
function inTime<V>(loading: Promise<V>, answerMs: number): Promise<V> {
  if (over.has(loading)) return loading;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new DirectoryUnavailable('PostgreSQL did not answer in time.')), answerMs);
    const end = () => {
      clearTimeout(timer);
      over.add(loading);
    };
    loading.then(
      (value) => resolve(value),
      (error: Error) => reject(error),
    );
    loading.then(end, end);
  });
}
