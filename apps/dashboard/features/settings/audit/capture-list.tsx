'use client';
import Link from 'next/link';
import { useState } from 'react';
import { classNames } from '@/components/class-names';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog } from '@/components/ui/dialog';
import { Switch } from '@/components/ui/switch';
import { useAction } from '@/components/use-action';
import { VisibleText } from '@/components/visible-text';
import { setCaptureAction } from './actions';

export interface CaptureServer {
  id: string;
  slug: string;
  name: string;
  captureArguments: boolean;
}

/** For each server, whether the values of its calls are kept; turning it on is confirmed, turning it off is not. */
export function CaptureList({ org, servers, mayManage }: { org: string; servers: CaptureServer[]; mayManage: boolean }) {
  const [asking, setAsking] = useState<CaptureServer | null>(null);
  const { run, pending, refusal } = useAction(setCaptureAction, {
    onDone: () => {
      setAsking(null);
      notify('Setting saved', { description: 'It holds from the next request on.' });
    },
  });
  if (servers.length === 0) return <p className="text-muted">There is no server yet.</p>;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <ul className="panel divide-y divide-line">
        {servers.map((server) => (
          <li key={server.id} className="flex min-h-10 items-center gap-4 px-3 py-1.5">
            <span className="flex min-w-0 flex-1 flex-wrap items-baseline justify-between gap-x-4">
              <Link href={`/${org}/servers/${server.slug}`} className="link min-w-0 break-words">
                <VisibleText text={server.name} />
              </Link>
              <span className={classNames('text-sm', server.captureArguments ? 'font-medium' : 'text-muted')}>
                {server.captureArguments ? 'values are kept' : 'values are not kept'}
              </span>
            </span>
            <Switch
              label={`Keep argument values of ${server.name}`}
              checked={server.captureArguments}
              disabled={!mayManage || pending}
              onChange={(capture) => (capture ? setAsking(server) : run(org, server.id, false))}
            />
          </li>
        ))}
      </ul>
      {!mayManage && <p className="text-muted text-sm">An owner or admin can change this.</p>}
      {refusal && !asking && <Callout tone="denied">{refusal.message}</Callout>}
      {asking && (
        <Dialog
          open
          onOpenChange={(open) => !open && setAsking(null)}
          title={`Keep argument values of ${asking.name}?`}
          footer={
            <>
              <Button onClick={() => setAsking(null)}>Cancel</Button>
              <Button variant="primary" pending={pending} onClick={() => run(org, asking.id, true)}>
                Keep argument values
              </Button>
            </>
          }
        >
          <div className="grid gap-3 text-muted">
            <p>
              From the next request on, the values of every call to this server are stored: encrypted, at most 16 KB a call, without what
              looks like a secret. Owners and admins can read them, and each reading is in the log.
            </p>
            <p>What looks like a secret is told by its name and form. A secret that looks like neither is kept as it is.</p>
            {refusal && <Callout tone="denied">{refusal.message}</Callout>}
          </div>
        </Dialog>
      )}
    </div>
  );
}
