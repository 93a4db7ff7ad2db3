'use client';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { useAction } from '@/components/use-action';
import { rediscoverAction } from './actions';

/** Why the server cannot be reached, and what to do about it. */
export function ServerFailure({
  org,
  serverId,
  failure,
  mayRetry,
}: {
  org: string;
  serverId: string;
  failure: { code: string; message: string; fix: string };
  mayRetry: boolean;
}) {
  const { run, pending, refusal } = useAction(rediscoverAction);
  return (
    <Callout
      tone="error"
      title={failure.message}
      action={
        mayRetry && (
          <Button size="sm" pending={pending} onClick={() => run(org, serverId)}>
            Try again
          </Button>
        )
      }
    >
      {failure.fix} <span className="font-mono text-muted text-xs">{failure.code}</span>
      {refusal && <p className="text-denied">{refusal.message}</p>}
    </Callout>
  );
}
