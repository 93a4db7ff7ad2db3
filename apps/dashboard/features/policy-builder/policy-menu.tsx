'use client';
import { Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Menu, MenuItem } from '@/components/ui/menu';
import { useAction } from '@/components/use-action';
import { removePolicyAction, renamePolicyAction } from './actions.ts';

interface Props {
  organization: string;
  policy: { id: string; name: string };
}

/** What is seldom done to a policy: rename, remove. */
export function PolicyMenu({ organization, policy }: Props) {
  const [asking, setAsking] = useState<'rename' | 'remove' | null>(null);
  const close = () => setAsking(null);
  return (
    <>
      <Menu
        trigger={
          <Button aria-label="More actions">
            <Ellipsis aria-hidden="true" />
          </Button>
        }
      >
        <MenuItem icon={<Pencil aria-hidden="true" />} onSelect={() => setAsking('rename')}>
          Rename policy
        </MenuItem>
        <MenuItem danger icon={<Trash2 aria-hidden="true" />} onSelect={() => setAsking('remove')}>
          Remove policy
        </MenuItem>
      </Menu>
      {asking === 'rename' && <Rename organization={organization} policy={policy} onClose={close} />}
      {asking === 'remove' && <Remove organization={organization} policy={policy} onClose={close} />}
    </>
  );
}

function Rename({ organization, policy, onClose }: Props & { onClose(): void }) {
  const [name, setName] = useState(policy.name);
  const rename = useAction(renamePolicyAction, {
    onDone: () => {
      notify('Policy renamed');
      onClose();
    },
  });
  const submit = () => rename.run(organization, { policyId: policy.id, name });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Rename policy"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" pending={rename.pending} onClick={submit}>
            Rename policy
          </Button>
        </>
      }
    >
      <form action={submit} className="grid gap-3">
        {rename.refusal && !rename.fields.name && <Callout tone="denied">{rename.refusal.message}</Callout>}
        <Field label="Name" error={rename.fields.name} help="Its address stays the same.">
          <Input value={name} maxLength={100} onChange={(event) => setName(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}

function Remove({ organization, policy, onClose }: Props & { onClose(): void }) {
  const router = useRouter();
  const remove = useAction(removePolicyAction, {
    onDone: () => {
      notify('Policy removed');
      router.push(`/${organization}/policies`);
    },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Remove “${policy.name}”?`}
      verb="Remove policy"
      pending={remove.pending}
      error={remove.refusal?.message}
      onConfirm={() => remove.run(organization, policy.id)}
    >
      <p>Its versions are removed with it. Audit events that name it stay, and its last document is kept in the audit log.</p>
    </ConfirmDialog>
  );
}
