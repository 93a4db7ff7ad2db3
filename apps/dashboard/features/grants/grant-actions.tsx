'use client';
import { Ban, Ellipsis, Pause, Play, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Menu, MenuItem } from '@/components/ui/menu';
import { useAction } from '@/components/use-action';
import { pauseGrantAction, resumeGrantAction, revokeGrantAction, rotateGrantAction } from './actions';
import { TokenDialog } from './token-dialog';

export interface GrantActionsProps {
  org: string;
  grant: { id: string; label: string; pausedAt: Date | null };
  may: { manage: boolean; pause: boolean };
}

const notYet = 'Saved, not yet in force: the gateway could not be told yet.';

/** Pausing is one press and can be undone; rotating and revoking ask first. */
export function GrantActions({ org, grant, may }: GrantActionsProps) {
  const [dialog, setDialog] = useState<'rotate' | 'revoke' | null>(null);
  const [token, setToken] = useState<string | null>(null);
  const resume = useAction(resumeGrantAction, { onDone: ({ inForce }) => notify('Grant resumed', inForce ? {} : { description: notYet }) });
  const pause = useAction(pauseGrantAction, {
    onDone: ({ inForce }) =>
      notify('Grant paused', { description: inForce ? 'Its next request is denied.' : notYet, undo: () => resume.run(org, grant.id) }),
  });
  const rotate = useAction(rotateGrantAction, {
    onDone: (value) => {
      setDialog(null);
      setToken(value.token);
    },
  });
  const revoke = useAction(revokeGrantAction, {
    onDone: ({ inForce }) => {
      setDialog(null);
      notify('Grant revoked', inForce ? {} : { description: notYet });
    },
  });
  const close = (open: boolean) => !open && setDialog(null);
  return (
    <>
      {may.pause &&
        (grant.pausedAt ? (
          <Button variant="primary" pending={resume.pending} onClick={() => resume.run(org, grant.id)}>
            <Play /> Resume grant
          </Button>
        ) : (
          <Button pending={pause.pending} onClick={() => pause.run(org, grant.id)}>
            <Pause /> Pause grant
          </Button>
        ))}
      {may.manage && (
        <Menu
          trigger={
            <Button aria-label="More actions" className="px-2">
              <Ellipsis />
            </Button>
          }
        >
          <MenuItem icon={<RotateCw aria-hidden="true" />} onSelect={() => setDialog('rotate')}>
            Rotate token
          </MenuItem>
          <MenuItem danger icon={<Ban aria-hidden="true" />} onSelect={() => setDialog('revoke')}>
            Revoke grant
          </MenuItem>
        </Menu>
      )}
      <ConfirmDialog
        open={dialog === 'rotate'}
        onOpenChange={close}
        title={`Rotate the token of ${grant.label}?`}
        verb="Rotate token"
        pending={rotate.pending}
        error={rotate.refusal?.message}
        onConfirm={() => rotate.run(org, grant.id)}
      >
        <p>The present token stops working with the next request; the new one is shown once. Limits that were used stay used.</p>
      </ConfirmDialog>
      <ConfirmDialog
        open={dialog === 'revoke'}
        onOpenChange={close}
        title={`Revoke ${grant.label}?`}
        verb="Revoke grant"
        pending={revoke.pending}
        error={revoke.refusal?.message}
        onConfirm={() => revoke.run(org, grant.id)}
      >
        <p>Its token stops working with the next request, for good. To stop it for a while, pause it instead.</p>
      </ConfirmDialog>
      {token !== null && <TokenDialog org={org} label={grant.label} token={token} onDone={() => setToken(null)} />}
    </>
  );
}
