/** How far the limits that are in force are used. A number that is not known is not among them. */
import type { CounterReader } from '@toolgate/ledger/counter-reader';
import { type CountedLimit, countedLimits } from '@toolgate/policy/counted-limits';
import { readPolicy as readDocument } from '@toolgate/policy/read';
import type { Actor, Services } from '../context.ts';
import { readGrant } from '../grant/read.ts';
import { may } from '../permission.ts';
import { readPolicy } from '../policy/read.ts';
import { type LimitOwner, readOwners } from './read-owners.ts';

export interface LimitUse extends CountedLimit {
  /** Who counts apart, the most used first. The organization has no name. */
  owners: (LimitOwner & {
    /** In millionths, like the maximum. */
    usedMicros: number;
    /** Until the oldest charge leaves the window; null: nothing is used, or calls in flight are counted. */
    nextFreeInMs: number | null;
  })[];
}

export interface LimitsInUse {
  /** The ledger itself, or the calls that it recorded. */
  source: CounterReader['source'];
  limits: LimitUse[];
}

export type UseReading = Pick<Services, 'db' | 'now'> & { counters: CounterReader };

/** Of a policy: its limits for every grant and server that it governs. Null: there is no such policy for this actor. Rejects when the ledger cannot be asked. */
export async function readPolicyUse(s: UseReading, actor: Actor, { policyId }: { policyId: string }): Promise<LimitsInUse | null> {
  if (!may(actor, 'organization.read')) return null;
  const policy = await readPolicy(s, actor, policyId);
  if (!policy) return null;
  return { source: s.counters.source, limits: await readOwners(s.counters, actor.organizationId, limitsOf(policy.source), policy.uses) };
}

export interface GrantUse {
  source: CounterReader['source'];
  policies: { policyId: string; slug: string; name: string; version: number; servers: string[]; limits: LimitUse[] }[];
}

/** Of a grant: the limits of the policies that govern it, as far as they count its calls. Null and rejects as above. */
export async function readGrantUse(s: UseReading, actor: Actor, { grantId }: { grantId: string }): Promise<GrantUse | null> {
  if (!may(actor, 'organization.read')) return null;
  const grant = await readGrant(s, actor, grantId);
  if (!grant) return null;
  const policies: GrantUse['policies'] = [];
  for (const policyId of new Set(grant.servers.map((one) => one.policyId))) {
    const policy = await readPolicy(s, actor, policyId);
    if (!policy) continue;
    const { slug, name, currentVersion: version } = policy;
    const uses = policy.uses.filter((use) => use.grantId === grantId);
    const limits = await readOwners(s.counters, actor.organizationId, limitsOf(policy.source), uses);
    policies.push({ policyId, slug, name, version, servers: uses.map(({ server }) => server), limits });
  }
  return { source: s.counters.source, policies };
}

function limitsOf(source: string): CountedLimit[] {
  const read = readDocument(source);
  return read.ok ? countedLimits(read.document) : [];
}
