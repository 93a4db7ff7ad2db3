'use client';
import { useRouter } from 'next/navigation';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { ClockTime } from '@/components/ui/clock-time';
import { useAction } from '@/components/use-action';
import { publishPolicyAction } from '../actions.ts';
import { cancelScheduleAction } from './actions.ts';

export interface Shadow {
  version: number;
  /** ISO 8601. */
  until: string;
  by: string;
  source: string;
}

interface Props {
  organization: string;
  policyId: string;
  shadow: Shadow;
  mayManage: boolean;
  /** The document is enforced now, as this version. */
  onEnforced(version: number, source: string): void;
}

/** A policy whose decisions are only recorded, until when, and what can be done about it. */
export function ShadowBanner({ organization, policyId, shadow, mayManage, onEnforced }: Props) {
  const router = useRouter();
  const enforce = useAction(publishPolicyAction, { onDone: ({ version }) => onEnforced(version, shadow.source) });
  const cancel = useAction(cancelScheduleAction, {
    onDone: () => {
      notify('The shadow period does not end by itself any more', { description: 'Nothing is enforced until somebody publishes.' });
      router.refresh();
    },
  });
  const refusal = enforce.refusal ?? cancel.refusal;
  return (
    <div className="mb-3">
      <Callout
        tone="limited"
        title={`Version ${shadow.version} is in shadow: nothing is refused`}
        action={
          mayManage ? (
            <span className="flex flex-wrap gap-2">
              <Button
                size="sm"
                variant="primary"
                pending={enforce.pending}
                onClick={() =>
                  enforce.run(organization, {
                    policyId,
                    source: shadow.source,
                    expectedVersion: shadow.version,
                    message: `Ends the shadow period of version ${shadow.version}`,
                  })
                }
              >
                Enforce now
              </Button>
              <Button size="sm" variant="quiet" pending={cancel.pending} onClick={() => cancel.run(organization, policyId)}>
                Stay in shadow
              </Button>
            </span>
          ) : undefined
        }
      >
        It is enforced by itself at <ClockTime at={shadow.until} milliseconds={false} />, as {shadow.by} scheduled it. To go back, restore
        an earlier version.
        {refusal && <span className="block text-denied">{refusal.message}</span>}
      </Callout>
    </div>
  );
}
