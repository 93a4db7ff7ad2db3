'use client';
import type { ShadowDifferences } from '@toolgate/services/policy/read-shadow';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { ClockTime } from '@/components/ui/clock-time';
import { LinkButton } from '@/components/ui/link-button';
import { useAction } from '@/components/use-action';
import { discardShadowAction, endShadowAction } from './actions.ts';

export interface Shadow {
  version: number;
  /** ISO 8601. */
  until: string;
  by: string;
  source: string;
  /** Tests that keep it from taking force, by name. */
  blockedBy: string[];
  /** What it would have decided otherwise so far. */
  differences: ShadowDifferences;
}

interface Props {
  organization: string;
  policy: { id: string; slug: string };
  /** The version in force. */
  version: number;
  shadow: Shadow;
  mayManage: boolean;
  /** The version in shadow is in force now. */
  onEnforced(version: number, source: string): void;
}

/** The version that is decided by beside the one in force: until when, what it would have done so far, and what can be done about it. */
export function ShadowBanner({ organization, policy, version, shadow, mayManage, onEnforced }: Props) {
  const router = useRouter();
  const enforce = useAction(endShadowAction, { onDone: (ended) => onEnforced(ended.version, shadow.source) });
  const discard = useAction(discardShadowAction, {
    onDone: (discarded) => {
      notify(`Version ${discarded.version} is withdrawn`, { description: `Version ${version} stays in force.` });
      router.refresh();
    },
  });
  const refusal = enforce.refusal ?? discard.refusal;
  const input = { policyId: policy.id, expectedShadow: shadow.version };
  const blocked = shadow.blockedBy.length > 0;
  return (
    <section aria-label="Shadow period" className="mb-3">
      <Callout
        tone={blocked ? 'denied' : 'limited'}
        title={`Version ${shadow.version} is in shadow: version ${version} is enforced`}
        action={
          <span className="flex flex-wrap gap-2">
            <LinkButton
              size="sm"
              variant="quiet"
              href={`/${organization}/policies/${policy.slug}/versions/${shadow.version}?view=compare&with=${version}`}
            >
              Compare
            </LinkButton>
            {mayManage && (
              <>
                <Button size="sm" variant="primary" pending={enforce.pending} onClick={() => enforce.run(organization, input)}>
                  Enforce now
                </Button>
                <Button size="sm" variant="quiet" pending={discard.pending} onClick={() => discard.run(organization, input)}>
                  Withdraw
                </Button>
              </>
            )}
          </span>
        }
      >
        {blocked ? (
          <>Its time is over, but it does not take force while a test fails: {shadow.blockedBy.join(', ')}.</>
        ) : (
          <>
            It takes force by itself at <ClockTime at={shadow.until} milliseconds={false} />, as {shadow.by} scheduled it.
          </>
        )}{' '}
        <Differences organization={organization} policyId={policy.id} version={version} differences={shadow.differences} />
        {refusal && <span className="block text-denied">{refusal.message}</span>}
      </Callout>
    </section>
  );
}

const WORDS: Record<keyof ShadowDifferences, string> = {
  deny: 'denied',
  limit: 'limited',
  pending: 'asked for',
  allow: 'newly allowed',
};

/** `3 denied · 1 newly allowed`, each with its calls. */
function Differences({
  organization,
  policyId,
  version,
  differences,
}: {
  organization: string;
  policyId: string;
  version: number;
  differences: ShadowDifferences;
}) {
  const effects = (Object.keys(WORDS) as (keyof ShadowDifferences)[]).filter((effect) => differences[effect] > 0);
  if (effects.length === 0) return <>So far it would have decided no call otherwise.</>;
  return (
    <>
      Calls that it would have decided otherwise so far:{' '}
      {effects.map((effect, index) => (
        <span key={effect}>
          {index > 0 && ' · '}
          <Link
            href={`/${organization}/audit?q=${encodeURIComponent(`policy:${policyId} version:${version} shadow:${effect}`)}`}
            className="link tabular-nums"
          >
            {differences[effect].toLocaleString('en')} {WORDS[effect]}
          </Link>
        </span>
      ))}
    </>
  );
}
