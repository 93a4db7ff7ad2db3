'use client';
import type { ApprovalDetail } from '@toolgate/services/approval/read';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Key } from '@/components/ui/key';
import { useAction } from '@/components/use-action';
import { approveAction } from './actions';
import { DenyForm } from './deny-form';
import type { Plain } from './plain';
import { useDecideKeys } from './use-decide-keys';

interface Props {
  org: string;
  approval: Plain<ApprovalDetail>;
  next: string | null;
}

/** A: once. Shift A: the same arguments for 15 minutes. D: deny. S: the next one. */
export function Decide({ org, approval, next }: Props) {
  const router = useRouter();
  const [denying, setDenying] = useState(false);
  const shown = useRef<HTMLDivElement>(null);
  const { run, pending, refusal } = useAction(approveAction, {
    onDone: ({ missing, inForce }) => {
      const left = missing === 1 ? 'One more person has to approve.' : `${missing} more people have to approve.`;
      notify(
        missing === 0 ? 'Call approved' : 'Your approval counts',
        missing === 0 && inForce ? {} : { description: missing > 0 ? left : '' },
      );
    },
  });
  const isOpen = approval.state === 'pending' && !approval.outdated;
  const approve = (mode: 'once' | 'fifteenMinutes') => !pending && run(org, approval.id, mode);
  const skip = () => next && router.push(`/${org}/approvals/${next}`);
  useDecideKeys(isOpen && approval.mayDecide && !denying, shown, {
    a: () => approve('once'),
    A: () => approve('fifteenMinutes'),
    d: () => setDenying(true),
    s: skip,
  });
  if (!isOpen) return null;
  if (!approval.mayDecide) return <Callout title={WHY_NOT[approval.whyNot ?? 'role']} />;
  if (denying) return <DenyForm org={org} approvalId={approval.id} onClose={() => setDenying(false)} />;
  return (
    <div ref={shown} className="grid gap-2">
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" pending={pending} onClick={() => approve('once')} className="coarse:min-h-11">
          Approve once <Key inverted>A</Key>
        </Button>
        <Button
          pending={pending}
          onClick={() => approve('fifteenMinutes')}
          className="coarse:min-h-11 max-sm:h-auto max-sm:min-h-8 max-sm:shrink max-sm:whitespace-normal"
        >
          Approve these arguments for 15 min <Key>⇧A</Key>
        </Button>
        <Button onClick={() => setDenying(true)} className="coarse:min-h-11">
          Deny with a reason <Key>D</Key>
        </Button>
        {next && (
          <Button variant="quiet" onClick={skip} className="coarse:min-h-11">
            Skip <Key>S</Key>
          </Button>
        )}
      </div>
      <p className="text-muted text-xs">
        Only for these exact arguments, this grant and this version of the policy. Anything else asks again.
      </p>
      {refusal && <Callout tone="denied">{refusal.message}</Callout>}
    </div>
  );
}

const WHY_NOT = {
  role: 'An owner, admin or policy manager of the organization answers.',
  requester: 'The rule wants somebody else to approve: you made the grant that asks.',
  voted: 'You have approved; it waits for somebody else.',
};
