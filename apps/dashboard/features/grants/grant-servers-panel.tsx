'use client';
import type { GrantRead } from '@toolgate/services/grant/read';
import Link from 'next/link';
import { useState } from 'react';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog } from '@/components/ui/dialog';
import { useAction } from '@/components/use-action';
import { setGrantServersAction } from './actions';
import { asGrantServers, type Chosen, type PolicyOption, ServerChoice, type ServerOption } from './server-choice';

interface Props {
  org: string;
  grant: Pick<GrantRead, 'id' | 'servers'>;
  servers: ServerOption[];
  policies: PolicyOption[];
  mayManage: boolean;
}

/** What the grant reaches, and what governs it there. */
export function GrantServersPanel({ org, grant, servers, policies, mayManage }: Props) {
  const [editing, setEditing] = useState(false);
  return (
    <section aria-labelledby="reach-heading">
      <div className="mb-2 flex h-7 items-center justify-between gap-3">
        <h2 id="reach-heading" className="text-lg">
          What it reaches
        </h2>
        {mayManage && (
          <Button size="sm" onClick={() => setEditing(true)}>
            Change
          </Button>
        )}
      </div>
      {grant.servers.length === 0 ? (
        <p className="text-muted text-sm">Nothing: its servers were removed.</p>
      ) : (
        <ul className="panel divide-y divide-line text-sm">
          {grant.servers.map((one) => (
            <li key={one.serverId} className="flex min-h-9 flex-wrap items-center justify-between gap-x-3 px-3 py-1.5">
              <Link href={`/${org}/servers/${one.serverSlug}`} className="font-mono hover:underline">
                {one.serverSlug}
              </Link>
              <Link href={`/${org}/policies/${one.policySlug}`} className="link">
                {one.policyName}, version {one.policyVersion}
              </Link>
            </li>
          ))}
        </ul>
      )}
      {editing && <EditDialog org={org} grant={grant} servers={servers} policies={policies} onClose={() => setEditing(false)} />}
    </section>
  );
}

function EditDialog({ org, grant, servers, policies, onClose }: Omit<Props, 'mayManage'> & { onClose(): void }) {
  const [chosen, setChosen] = useState<Chosen>(Object.fromEntries(grant.servers.map((one) => [one.serverId, one.policyId])));
  const { run, pending, refusal, fields } = useAction(setGrantServersAction, {
    onDone: ({ inForce }) => {
      notify('Grant changed', {
        description: inForce ? 'In force from its next request on.' : 'Saved, not yet in force: the gateway could not be told yet.',
      });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="What this grant reaches"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" pending={pending} onClick={() => run(org, { grantId: grant.id, servers: asGrantServers(chosen) })}>
            Change grant
          </Button>
        </>
      }
    >
      <div className="grid gap-3">
        {refusal && !fields.servers && <Callout tone="denied">{refusal.message}</Callout>}
        <ServerChoice org={org} servers={servers} policies={policies} chosen={chosen} onChange={setChosen} error={fields.servers} />
      </div>
    </Dialog>
  );
}
