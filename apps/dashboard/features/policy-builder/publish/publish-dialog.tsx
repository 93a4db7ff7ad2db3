'use client';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { useAction } from '@/components/use-action';
import { publishPolicyAction } from '../actions.ts';
import type { EditorPlace } from '../json-editor.tsx';
import { failingOf, useTestRuns } from '../tests/use-test-runs.ts';
import type { Base } from '../use-policy-draft.ts';
import { NotYetInForce } from './not-yet-in-force.tsx';
import { type Given, PublishReview, type Reviewed } from './publish-review.tsx';
import { ThreeWay } from './three-way.tsx';

export interface PublishedVersion extends Base {
  /** It is decided by beside the one in force, which stays. */
  inShadow: boolean;
  inForce: boolean;
  /** How many run. */
  gateways: number;
}

interface Props extends Reviewed {
  /** The number that it gets. */
  next: number;
  onClose(): void;
  /** The draft becomes a text that stands on another version. */
  onMerged(theirs: Base, text: string): void;
  onPublished(published: PublishedVersion): void;
  onPlace(place: EditorPlace): void;
}

/** Says what will change in words, what the tests and the last calls say of it, then puts it in force, and says whether it is. */
export function PublishDialog({ next, onClose, onMerged, onPublished, onPlace, ...reviewed }: Props) {
  const { organization, policy, base, source, tools } = reviewed;
  const [given, setGiven] = useState<Given>({ message: '', shadowHours: 0, reason: '' });
  const [waiting, setWaiting] = useState<number | null>(null);
  const { publish, run, runs, ready } = usePublish(reviewed, given, (published) => {
    onPublished(published);
    if (published.inForce) onClose();
    else setWaiting(published.version);
  });
  const inShadow = given.shadowHours > 0;
  // What is in shadow is not what the draft stands on: it is looked at, not merged.
  const conflict = publish.refusal?.code === 'conflict' && !publish.fields.expectedShadow;
  const showPlace = (place: EditorPlace) => {
    onPlace(place);
    onClose();
  };
  const merged = (theirs: Base, text: string) => {
    onMerged(theirs, text);
    publish.clear();
    if (text === theirs.source) onClose();
  };

  if (waiting !== null) return <NotYetInForce version={waiting} onClose={onClose} />;
  return (
    <Dialog
      open
      width="lg"
      onOpenChange={(open) => !open && onClose()}
      title={conflict ? `Version ${base.version} is not the newest any more` : `Publish “${policy.name}”`}
      description={conflict ? 'Somebody else published while you edited.' : becomes(next, inShadow ? base.version : null)}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {!conflict && (
            <Button variant="primary" pending={publish.pending} disabled={!ready} onClick={run}>
              {inShadow ? `Publish version ${next} in shadow` : `Publish version ${next}`}
            </Button>
          )}
        </>
      }
    >
      {conflict ? (
        <ThreeWay organization={organization} policyId={policy.id} base={base} mine={source} tools={tools} onMerged={merged} />
      ) : (
        <PublishReview
          {...reviewed}
          runs={runs}
          refusal={publish.refusal}
          onPlace={showPlace}
          given={given}
          onGive={(more) => setGiven({ ...given, ...more })}
        />
      )}
    </Dialog>
  );
}

const becomes = (next: number, enforced: number | null): string =>
  enforced === null
    ? `Becomes version ${next}. Every call received after it is acknowledged is decided by it.`
    : `Becomes version ${next}, in shadow: version ${enforced} still decides every call.`;

/** The publish itself: `ready` when the tests pass, or are overridden with a reason. */
function usePublish(reviewed: Reviewed, given: Given, onDone: (published: PublishedVersion) => void) {
  const { organization, policy, base, source, tests, mayOverride, shadow } = reviewed;
  const { message, shadowHours, reason } = given;
  const runs = useTestRuns(source, tests);
  const failing = failingOf(tests, runs).length > 0;
  const publish = useAction(publishPolicyAction, {
    onDone: ({ version, inForce, gateways }) => onDone({ version, source, inShadow: shadowHours > 0, inForce, gateways }),
  });
  const run = () =>
    publish.run(organization, {
      ...{ policyId: policy.id, source, expectedVersion: base.version, expectedShadow: shadow?.version ?? null, message },
      ...(shadowHours > 0 ? { shadowUntil: new Date(Date.now() + shadowHours * 3_600_000).toISOString() } : {}),
      ...(failing && mayOverride ? { overrideTests: { reason } } : {}),
    });
  const ready = (!failing || (mayOverride && reason.trim() !== '')) && (tests.length === 0 || runs !== null);
  return { publish, run, runs, ready };
}
