import type { AuditEvent } from '@toolgate/audit/event';
import { Check, OctagonAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { ClockTime } from '@/components/ui/clock-time';
import { Skeleton } from '@/components/ui/skeleton';
import { exactText } from './count-text.ts';
import { Fact, HashFact } from './fact.tsx';
import type { BackgroundState } from './use-background.ts';

/** An event's place in the chain, and whether it was found to hold just now. */
export function ChainProof({ event, background }: { event: AuditEvent; background: BackgroundState }) {
  return (
    <div className="grid gap-2 text-sm">
      {background === 'loading' && <Skeleton className="h-5 w-64" />}
      {background === 'failed' && <p className="text-muted">It could not be checked now: the server did not answer.</p>}
      {typeof background === 'object' && <Finding {...background.proof} />}
      <dl className="grid gap-2">
        <Fact name="Number">{exactText(event.seq)}</Fact>
        <HashFact name="Hash of the event before" value={event.prevHash} />
        <HashFact name="Hash" value={event.hash} />
        {typeof background === 'object' && (
          <Fact name="Checkpoint">
            {background.proof.checkpoint ? (
              <>
                Signed up to event {exactText(background.proof.checkpoint.seq)},{' '}
                <ClockTime at={background.proof.checkpoint.at} milliseconds={false} />, by key{' '}
                <code className="font-mono text-xs">{background.proof.checkpoint.keyId}</code>
              </>
            ) : (
              <span className="text-muted">None covers it yet.</span>
            )}
          </Fact>
        )}
      </dl>
    </div>
  );
}

function Finding({ holds, previous }: { holds: boolean; previous: 'holds' | 'broken' | 'first' | 'gone' }) {
  if (!holds) return <Line good={false}>This event is not what was recorded: its hash does not fit.</Line>;
  if (previous === 'broken') return <Line good={false}>The event before it is not the one that it follows.</Line>;
  if (previous === 'gone') return <Line good>The hash fits. The event before it is no longer kept.</Line>;
  return (
    <Line good>{previous === 'first' ? 'The hash fits; it is the first event.' : 'The hash fits, and so does the event before it.'}</Line>
  );
}

const Line = ({ good, children }: { good: boolean; children: ReactNode }) => (
  <p className="flex items-center gap-1.5">
    {good ? (
      <Check aria-hidden="true" className="size-3.5 text-allowed" />
    ) : (
      <OctagonAlert aria-hidden="true" className="size-3.5 text-error" />
    )}
    {children}
  </p>
);
