'use client';
import type { SinkRead } from '@toolgate/services/audit/sink-read';
import { useState } from 'react';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { RelativeTime } from '@/components/ui/relative-time';
import { useAction } from '@/components/use-action';
import { VisibleText } from '@/components/visible-text';
import { pauseSinkAction, removeSinkAction, resumeSinkAction, testSinkAction } from './actions';
import { SINKS, STATES } from './sink-words';

interface Props {
  org: string;
  sink: SinkRead;
  mayManage: boolean;
  onEdit(): void;
}

/** A sink, how far it has come, and what can be done with it. */
export function SinkRow({ org, sink, mayManage, onEdit }: Props) {
  const [tested, setTested] = useState<string | null>(null);
  const test = useAction(testSinkAction, {
    onDone: ({ problem }) => (problem === null ? notify('The receiver took the test event') : setTested(problem)),
  });
  const resume = useAction(resumeSinkAction, {
    onDone: () => notify('Sink resumed', { description: 'It gets everything since it was paused.' }),
  });
  const pause = useAction(pauseSinkAction, { onDone: () => notify('Sink paused', { undo: () => resume.run(org, sink.id) }) });
  const [removing, setRemoving] = useState(false);
  const refusal = test.refusal ?? pause.refusal ?? resume.refusal;
  const { word, icon: Sign, className } = STATES[sink.state];
  return (
    <li className="grid gap-2 px-3 py-2.5">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <span className="font-medium">
          <VisibleText text={sink.name} />
        </span>
        <span className="text-muted text-sm">{SINKS[sink.kind].name}</span>
        <span className={`inline-flex items-baseline gap-1 text-sm ${className}`}>
          <Sign aria-hidden="true" className="size-3.5 self-center" />
          {word}
        </span>
        <span className="min-w-0 flex-1 basis-60 break-all font-mono text-muted text-sm">{sink.url}</span>
      </div>
      <p className="text-muted text-sm">
        {sink.deliveredAt ? (
          <>
            Up to event {sink.deliveredSeq}, last <RelativeTime at={sink.deliveredAt} />
          </>
        ) : (
          'Nothing delivered yet'
        )}
        {sink.lag > 0 && `, ${sink.lag.toLocaleString('en')} to go`}
        {sink.nextAttemptAt && (
          <>
            , next attempt <RelativeTime at={sink.nextAttemptAt} />
          </>
        )}
      </p>
      {sink.lastError && sink.lastError !== tested && (
        <Callout tone={sink.state === 'failing' ? 'error' : 'limited'}>{sink.lastError}</Callout>
      )}
      {tested && (
        <Callout tone="error" title="The test failed">
          {tested}
        </Callout>
      )}
      {refusal && <Callout tone="denied">{refusal.message}</Callout>}
      {mayManage && (
        <div className="flex flex-wrap gap-1">
          <Button
            size="sm"
            pending={test.pending}
            onClick={() => {
              setTested(null);
              test.run(org, sink.id);
            }}
          >
            Send test event
          </Button>
          {sink.state === 'paused' || sink.state === 'failing' ? (
            <Button size="sm" variant="quiet" className="max-sm:px-1.5" pending={resume.pending} onClick={() => resume.run(org, sink.id)}>
              {sink.state === 'paused' ? 'Resume' : 'Try now'}
            </Button>
          ) : (
            <Button size="sm" variant="quiet" className="max-sm:px-1.5" pending={pause.pending} onClick={() => pause.run(org, sink.id)}>
              Pause
            </Button>
          )}
          <Button size="sm" variant="quiet" className="max-sm:px-1.5" onClick={onEdit}>
            Edit
          </Button>
          <Button size="sm" variant="quiet" className="max-sm:px-1.5" onClick={() => setRemoving(true)}>
            Remove
          </Button>
        </div>
      )}
      {removing && <RemoveSink org={org} sink={sink} onClose={() => setRemoving(false)} />}
    </li>
  );
}

function RemoveSink({ org, sink, onClose }: { org: string; sink: SinkRead; onClose(): void }) {
  const { run, pending, refusal } = useAction(removeSinkAction, { onDone: () => notify('Sink removed') });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Remove ${sink.name}?`}
      verb="Remove sink"
      pending={pending}
      error={refusal?.message}
      onConfirm={() => run(org, sink.id)}
    >
      <p>Its address, its secret and where it stood are forgotten. The log itself stays as it is.</p>
    </ConfirmDialog>
  );
}
