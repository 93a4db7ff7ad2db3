'use client';
import { Ellipsis, Pause, Pencil, Play, RefreshCw, Trash2, Unplug } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu';
import { useAction } from '@/components/use-action';
import { pauseServerAction, rediscoverAction, removeServerAction, resumeServerAction } from './actions';
import { type Editable, EditDialog } from './edit-dialog';

interface Props {
  org: string;
  server: {
    id: string;
    name: string;
    slug: string;
    url: string | null;
    status: string;
    pausedAt: Date | null;
    grants: { label: string }[];
  };
}

export function ServerActions({ org, server }: Props) {
  const [dialog, setDialog] = useState<Editable | 'remove' | null>(null);
  const paused = server.pausedAt !== null;
  const resume = useAction(resumeServerAction, { onDone: () => notify('Server resumed') });
  const pause = useAction(pauseServerAction, {
    onDone: () => notify('Server paused', { description: 'Every call to it is denied.', undo: () => resume.run(org, server.id) }),
  });
  const rediscover = useAction(rediscoverAction, { onDone: () => notify('Asking the server for its tools') });
  return (
    <>
      <Button pending={rediscover.pending} disabled={server.status === 'discovering'} onClick={() => rediscover.run(org, server.id)}>
        <RefreshCw /> List tools again
      </Button>
      {paused ? (
        <Button variant="primary" pending={resume.pending} onClick={() => resume.run(org, server.id)}>
          <Play /> Resume server
        </Button>
      ) : (
        <Button pending={pause.pending} onClick={() => pause.run(org, server.id)}>
          <Pause /> Pause server
        </Button>
      )}
      <Menu
        trigger={
          <Button aria-label="More actions" className="px-2">
            <Ellipsis />
          </Button>
        }
      >
        <MenuItem icon={<Pencil aria-hidden="true" />} onSelect={() => setDialog('name')}>
          Rename
        </MenuItem>
        {server.url !== null && (
          <MenuItem icon={<Unplug aria-hidden="true" />} onSelect={() => setDialog('url')}>
            Change address
          </MenuItem>
        )}
        <MenuSeparator />
        <MenuItem danger icon={<Trash2 aria-hidden="true" />} onSelect={() => setDialog('remove')}>
          Remove server
        </MenuItem>
      </Menu>
      {(dialog === 'name' || dialog === 'url') && <EditDialog org={org} server={server} what={dialog} onClose={() => setDialog(null)} />}
      {dialog === 'remove' && <RemoveServer org={org} server={server} onClose={() => setDialog(null)} />}
    </>
  );
}

function RemoveServer({ org, server, onClose }: Props & { onClose(): void }) {
  const router = useRouter();
  const { run, pending, refusal } = useAction(removeServerAction, {
    onDone: () => {
      notify(`${server.name} removed`);
      router.push(`/${org}/servers`);
    },
  });
  const labels = server.grants.map((grant) => grant.label);
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Remove ${server.name}?`}
      verb="Remove server"
      pending={pending}
      error={refusal?.message}
      onConfirm={() => run(org, server.id)}
    >
      <p>Its tools, reviews and secrets are deleted. What was recorded about it stays in the audit log.</p>
      {labels.length > 0 && (
        <p>
          {labels.length === 1 ? 'This grant loses it' : `These ${labels.length} grants lose it`}:{' '}
          <strong className="text-text">{labels.slice(0, 8).join(', ')}</strong>
          {labels.length > 8 && ' …'}
        </p>
      )}
      <p>To stop calls for a while, pause it instead.</p>
    </ConfirmDialog>
  );
}
