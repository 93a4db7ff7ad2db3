'use client';
import type { PolicyDocument } from '@toolgate/policy/document';
import type { PolicyActivity } from '@toolgate/services/policy/read-activity';
import { useEffect, useMemo, useState } from 'react';
import { neverFired } from './never-fired.ts';
import { policyActivityAction } from './suggest/actions.ts';

export type NeverFired =
  /** Nobody asks, or it is not known yet, or it cannot be read. */
  { state: 'off' | 'reading' | 'failed'; names: null } | { state: 'known'; names: ReadonlySet<string> };

/** Which rules of the draft no call of the last `days` met. Null: nobody asks, so nothing is read. */
export function useNeverFired(organization: string, policyId: string, days: number | null, document: PolicyDocument): NeverFired {
  const [read, setRead] = useState<{ days: number; activity: PolicyActivity | null } | null>(null);
  useEffect(() => {
    if (days === null) return;
    let current = true;
    policyActivityAction(organization, policyId, days).then(
      (activity) => current && setRead({ days, activity }),
      () => current && setRead({ days, activity: null }),
    );
    return () => {
      current = false;
    };
  }, [organization, policyId, days]);
  const activity = read?.days === days ? read.activity : null;
  const names = useMemo(() => activity && neverFired(document, activity), [document, activity]);
  if (days === null) return { state: 'off', names: null };
  if (names) return { state: 'known', names };
  return { state: read?.days === days ? 'failed' : 'reading', names: null };
}
