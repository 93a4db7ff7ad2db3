'use client';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { LinkButton } from '@/components/ui/link-button';
import { Spinner } from '@/components/ui/spinner';
import { useAction } from '@/components/use-action';
import { addDemoAction } from './actions';
import type { GetStartedProps } from './get-started-steps';

export function AddServerStep({ org, server, mayManage }: Pick<GetStartedProps, 'org' | 'server' | 'mayManage'>) {
  const { run, pending, refusal } = useAction(addDemoAction);
  if (server?.status === 'discovering')
    return (
      <p role="status" className="flex items-center gap-2 text-muted">
        <Spinner /> Asking {server.name} for its tools
      </p>
    );
  return (
    <div className="grid justify-items-start gap-3">
      {server?.failure && (
        <Callout
          tone="error"
          title={`${server.name}: ${server.failure.message}`}
          action={
            <LinkButton size="sm" href={`/${org}/servers/${server.slug}`}>
              See the server
            </LinkButton>
          }
        >
          {server.failure.fix}
        </Callout>
      )}
      {refusal && <Callout tone="denied">{refusal.message}</Callout>}
      {mayManage && (
        <div className="flex flex-wrap gap-2">
          <Button variant="primary" pending={pending} onClick={() => run(org)}>
            Add the WavespeedMCP demo
          </Button>
          <LinkButton href={`/${org}/servers/new`}>Use a server of yours</LinkButton>
        </div>
      )}
      <p className="text-muted text-sm">The demo makes real images on this machine. It needs no key and costs nothing.</p>
    </div>
  );
}
