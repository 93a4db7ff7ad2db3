'use client';
import { describeMicros } from '@toolgate/policy/micros';
import type { GrantUse, LimitUse } from '@toolgate/services/limit/read-use';
import Link from 'next/link';
import { LiveDot } from '@/components/ui/live-dot';
import { Meter } from '@/components/ui/meter';
import { markWords } from './limits-provider.tsx';
import { useLimits } from './use-limits.ts';
import { freeWords } from './used-words.ts';

/** The limits of a grant in use. What is not known is not drawn. */
export function GrantLimits({ org, grantId }: { org: string; grantId: string }) {
  const { use, ageMs, state } = useLimits<GrantUse>(org, `grant=${grantId}`);
  const policies = use?.policies.filter(({ limits }) => limits.some(({ owners }) => owners.length > 0)) ?? [];
  if (!use || policies.length === 0) return null;
  return (
    <section aria-labelledby="limits-heading" className="panel p-4">
      <div className="mb-3 flex flex-wrap items-center justify-between gap-x-3">
        <h2 id="limits-heading" className="text-lg">
          Limits in use
        </h2>
        <LiveDot state={state} word={markWords(state, use.source).replace('limits ', '')} />
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        {policies.map(({ policyId, slug, name, limits }) => (
          <div key={policyId} className="grid grid-cols-[minmax(0,1fr)] gap-3">
            <p className="text-muted text-xs">
              Of{' '}
              <Link href={`/${org}/policies/${slug}`} className="link">
                {name}
              </Link>
            </p>
            {byUse(limits).map((limit) => (
              <GrantLimit key={limit.pointer} org={org} policy={slug} limit={limit} ageMs={ageMs} />
            ))}
          </div>
        ))}
      </div>
    </section>
  );
}

function GrantLimit({ org, policy, limit, ageMs }: { org: string; policy: string; limit: LimitUse; ageMs: number }) {
  const [owner] = limit.owners;
  if (!owner) return null;
  const used = Number(describeMicros(owner.usedMicros));
  const note = freeWords(owner, ageMs);
  return (
    <div>
      <Meter
        mono={limit.tool !== null}
        label={limit.tool ?? 'all tools'}
        used={used}
        max={Number(describeMicros(limit.maxMicros))}
        {...(note ? { note } : {})}
      />
      <Link href={`/${org}/policies/${policy}?line=${encodeURIComponent(limit.pointer)}`} className="text-muted text-xs hover:underline">
        {limit.says}
      </Link>
    </div>
  );
}

/** What is nearest to its maximum first. */
function byUse(limits: readonly LimitUse[]): LimitUse[] {
  const share = ({ owners: [owner], maxMicros }: LimitUse) => (owner ? owner.usedMicros / Math.max(1, maxMicros) : 0);
  return limits.filter(({ owners }) => owners.length > 0).sort((a, b) => share(b) - share(a));
}
