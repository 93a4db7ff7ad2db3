'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { notify } from '@/components/notify';
import { Button, type ButtonSize } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog } from '@/components/ui/dialog';
import { useAction } from '@/components/use-action';
import { restorePolicyAction } from './actions.ts';

interface Props {
  organization: string;
  policy: { id: string; slug: string; currentVersion: number; newestVersion: number };
  number: number;
  size?: ButtonSize;
}

/** Publishes an older version again, as a new one. */
export function RestoreButton({ organization, policy, number, size = 'md' }: Props) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const next = policy.newestVersion + 1;
  const restore = useAction(restorePolicyAction, {
    onDone: ({ version, changed, inForce }) => {
      setOpen(false);
      if (!changed) notify(`Version ${version} says the same already`);
      else notify(inForce ? `Version ${version} is in force` : `Version ${version} is saved but not yet in force`);
      router.push(`/${organization}/policies/${policy.slug}/versions`);
    },
  });
  return (
    <>
      <Button
        size={size}
        variant={size === 'sm' ? 'quiet' : 'secondary'}
        aria-label={`Restore version ${number}`}
        onClick={() => setOpen(true)}
      >
        Restore
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={`Restore version ${number}?`}
        description={`Its document is published again as version ${next}. Version ${policy.currentVersion} stays in the history.`}
        footer={
          <>
            <Button onClick={() => setOpen(false)}>Cancel</Button>
            <Button
              variant="primary"
              pending={restore.pending}
              onClick={() => restore.run(organization, { policyId: policy.id, number, expectedVersion: policy.currentVersion })}
            >
              Restore as version {next}
            </Button>
          </>
        }
      >
        {restore.refusal && <Callout tone="denied">{restore.refusal.message}</Callout>}
      </Dialog>
    </>
  );
}
