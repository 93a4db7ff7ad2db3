import type { CounterReader } from '@toolgate/ledger/counter-reader';
import { limitKey } from '@toolgate/ledger/limit-key';
import type { CountedLimit } from '@toolgate/policy/counted-limits';
import { UNIT_MICROS } from '@toolgate/policy/micros';
import type { LimitUse } from './read-use.ts';

export interface LimitOwner {
  /** Of the grant or server; empty: the organization. */
  id: string;
  name: string;
}

type Uses = readonly { grantId: string; grant: string; serverId: string; server: string }[];

/** So many counters are read at once; what is more is not known. */
const MOST = 2000;

/** Each limit with the counters of whoever shares it, those that the reader knows. */
export async function readOwners(counters: CounterReader, organizationId: string, limits: CountedLimit[], uses: Uses): Promise<LimitUse[]> {
  const pairs = limits.flatMap((limit) => ownersOf(limit, uses).map((owner) => ({ limit, owner }))).slice(0, MOST);
  const keyed = pairs.map(({ limit, owner }) => ({
    key: limitKey(limit.scope, limit.name, { grantId: owner.id, serverId: owner.id }),
    limit,
  }));
  const windows = keyed.flatMap(({ key, limit: { windowMs } }) => (windowMs === null ? [] : [{ key, windowMs }]));
  const leases = keyed.flatMap(({ key, limit: { windowMs } }) => (windowMs === null ? [{ key }] : []));
  const read = await counters.read(organizationId, { counters: windows, leases });
  const [charged, running] = [read.counters.values(), read.running.values()];
  const found = new Map<CountedLimit, LimitUse['owners']>(limits.map((limit) => [limit, []]));
  for (const { limit, owner } of pairs) {
    if (limit.windowMs === null) {
      const calls = running.next().value ?? null;
      if (calls !== null) found.get(limit)?.push({ ...owner, usedMicros: calls * UNIT_MICROS, nextFreeInMs: null });
    } else {
      const reading = charged.next().value ?? null;
      if (reading) found.get(limit)?.push({ ...owner, ...reading });
    }
  }
  return limits.map((limit) => ({ ...limit, owners: (found.get(limit) ?? []).sort((a, b) => b.usedMicros - a.usedMicros) }));
}

function ownersOf({ scope }: CountedLimit, uses: Uses): LimitOwner[] {
  switch (scope) {
    case 'grant':
      return [...new Map(uses.map(({ grantId, grant }) => [grantId, { id: grantId, name: grant }])).values()];
    case 'server':
      return [...new Map(uses.map(({ serverId, server }) => [serverId, { id: serverId, name: server }])).values()];
    case 'organization':
      return [{ id: '', name: '' }];
  }
}
