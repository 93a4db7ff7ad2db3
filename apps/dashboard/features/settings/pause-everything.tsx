'use client';
import { Pause, Play } from 'lucide-react';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { RelativeTime } from '@/components/ui/relative-time';
import { useAction } from '@/components/use-action';
import { pauseOrganizationAction, resumeOrganizationAction } from './actions';

const notYet = 'Saved, not yet in force: the gateway could not be told yet.';

/** Denies every call of every grant at once; one press, because it can be undone. */
export function PauseEverything({ org, pausedAt, mayManage }: { org: string; pausedAt: string | null; mayManage: boolean }) {
  const resume = useAction(resumeOrganizationAction, {
    onDone: ({ inForce }) => notify('Everything resumed', inForce ? {} : { description: notYet }),
  });
  const pause = useAction(pauseOrganizationAction, {
    onDone: ({ inForce }) =>
      notify('Everything paused', { description: inForce ? 'Every next request is denied.' : notYet, undo: () => resume.run(org) }),
  });
  const refusal = pause.refusal ?? resume.refusal;
  return (
    <div className="grid justify-items-start gap-3">
      <p className="text-muted">
        {pausedAt ? (
          <>
            Paused <RelativeTime at={pausedAt} />. Every call is denied with the code <code className="font-mono text-sm">paused</code>.
          </>
        ) : (
          'Every call of every grant is denied from the next request on, until you resume. Nothing is deleted.'
        )}
      </p>
      {mayManage &&
        (pausedAt ? (
          <Button variant="primary" pending={resume.pending} onClick={() => resume.run(org)}>
            <Play /> Resume everything
          </Button>
        ) : (
          <Button variant="danger" pending={pause.pending} onClick={() => pause.run(org)}>
            <Pause /> Pause everything
          </Button>
        ))}
      {!mayManage && <p className="text-muted text-sm">An owner or admin can do this.</p>}
      {refusal && <Callout tone="denied">{refusal.message}</Callout>}
    </div>
  );
}
