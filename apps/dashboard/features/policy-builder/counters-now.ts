import { countedLimits } from '@toolgate/policy/counted-limits';
import type { PolicyDocument } from '@toolgate/policy/document';
import { UNIT_MICROS } from '@toolgate/policy/micros';
import { counterKey, leaseKey, type UsedCounter } from '@toolgate/policy/used-counters';
import type { LimitUse } from '@toolgate/services/limit/read-use';
import { limitId, type Owner } from '@/components/limits/used-words';

/** A counter that is in force, and how far it is used by whoever makes the call. */
export interface CounterNow {
  limit: LimitUse;
  owner: Owner;
}

/** Who makes a call, as counters tell them apart; null: nobody of whom anything is counted. */
export interface Caller {
  grantId: string | null;
  serverId: string | null;
}

/** The counters that the draft and the policy in force have in common, by the key that a decision names them by. */
export function countersNow(
  document: PolicyDocument,
  limits: ReadonlyMap<string, LimitUse>,
  caller: Caller,
): ReadonlyMap<string, CounterNow> {
  const found = new Map<string, CounterNow>();
  for (const drafted of countedLimits(document)) {
    const limit = limits.get(limitId(drafted));
    const owner = limit?.owners.find(({ id }) => id === ownerOf(drafted.scope, caller));
    if (limit && owner) found.set(keyOf(drafted), { limit, owner });
  }
  return found;
}

/** As the engine is told of them. */
export const usedNow = (counters: ReadonlyMap<string, CounterNow>): UsedCounter[] =>
  [...counters].map(
    ([
      key,
      {
        owner: { usedMicros, nextFreeInMs },
      },
    ]) => ({
      key,
      units: usedMicros / UNIT_MICROS,
      ...(nextFreeInMs === null ? {} : { freeInMs: nextFreeInMs }),
    }),
  );

function ownerOf(scope: LimitUse['scope'], { grantId, serverId }: Caller): string | null {
  switch (scope) {
    case 'grant':
      return grantId;
    case 'server':
      return serverId;
    case 'organization':
      return '';
  }
}

const keyOf = ({ scope, name, windowMs }: Pick<LimitUse, 'scope' | 'name' | 'windowMs'>): string =>
  windowMs === null ? leaseKey({ scope, key: name }) : counterKey({ scope, counter: name });
