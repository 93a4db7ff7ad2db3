'use client';
import type { AuditEvent } from '@toolgate/audit/event';
import type { CapturedArguments as Captured } from '@toolgate/services/audit/read-capture';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { CodeBlock } from '@/components/ui/code-block';
import { useAction } from '@/components/use-action';
import { readCaptureAction } from './actions.ts';
import { sizeText } from './event-text.ts';

/** The values of a call's arguments, where the server captures them: shown when asked for, which is recorded. */
export function CapturedArguments({ organization, event, mayRead }: { organization: string; event: AuditEvent; mayRead: boolean }) {
  const [shown, setShown] = useState<Captured | null>(null);
  const read = useAction((seq: number) => readCaptureAction(organization, { seq }), { onDone: setShown });
  const { captured } = event.detail;
  if (!captured) return null;
  if (shown?.eventId === event.id)
    return (
      <div className="grid gap-1">
        <CodeBlock code={pretty(shown.text)} title="arguments" copyLabel="Copy arguments" wrap />
        <p className="text-muted text-xs">
          {captured.redacted === 1 && '1 value was taken out because it looks like a secret. '}
          {captured.redacted > 1 && `${captured.redacted} values were taken out because they look like secrets. `}
          {shown.truncated && 'The rest was too long to keep. '}That you read this is in the log.
        </p>
      </div>
    );
  return (
    <div className="grid justify-items-start gap-1.5 text-sm">
      <p className="text-muted">
        {sizeText(captured.bytes)} of arguments are kept, redacted and sealed.{' '}
        {mayRead ? 'Reading them is recorded.' : 'Owners and admins may read them.'}
      </p>
      {mayRead && (
        <Button size="sm" pending={read.pending} onClick={() => read.run(event.seq)}>
          Show arguments
        </Button>
      )}
      {read.refusal && <p className="text-denied">{read.refusal.message}</p>}
    </div>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
