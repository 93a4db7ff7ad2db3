'use client';
import { Button } from './ui/button';

/** Something broke. `digest` is what the server's log has it under. */
export function FaultPage({ digest, onRetry }: { digest?: string | undefined; onRetry(): void }) {
  return (
    <div role="alert" className="mx-auto grid max-w-120 justify-items-start gap-3 px-4 pt-[14vh]">
      <h1 className="text-xl">This page could not be shown</h1>
      <p className="text-muted">
        The dashboard or its database did not answer as it should. Calls through the gateway are not affected by that.
      </p>
      {digest && (
        <p className="text-muted text-sm">
          For the operator: <code className="font-mono">{digest}</code>
        </p>
      )}
      <Button variant="primary" onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}
