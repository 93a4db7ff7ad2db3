'use client';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { currentVersionAction } from './actions.ts';
import type { Base } from './use-policy-draft.ts';

/** Somebody else published first: theirs, or this draft on top of theirs. */
export function PublishConflict({
  organization,
  policyId,
  text,
  onTakeTheirs,
  onKeepMine,
}: {
  organization: string;
  policyId: string;
  text: string;
  onTakeTheirs(theirs: Base): void;
  onKeepMine(theirs: Base): void;
}) {
  const [pending, setPending] = useState(false);
  const fetchThen = async (use: (theirs: Base) => void) => {
    setPending(true);
    const theirs = await currentVersionAction(organization, policyId).catch(() => null);
    setPending(false);
    if (theirs) use({ version: theirs.version, source: theirs.source });
  };
  return (
    <Callout tone="limited" title="Somebody else published meanwhile">
      <p>{text}</p>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button size="sm" pending={pending} onClick={() => void fetchThen(onKeepMine)}>
          Keep mine, compare with theirs
        </Button>
        <Button size="sm" variant="quiet" pending={pending} onClick={() => void fetchThen(onTakeTheirs)}>
          Discard mine, load theirs
        </Button>
      </div>
    </Callout>
  );
}
