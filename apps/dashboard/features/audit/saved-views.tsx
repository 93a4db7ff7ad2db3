'use client';
import type { SavedView } from '@toolgate/services/audit/list-views';
import { Bookmark, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { Menu, MenuItem, MenuLabel, MenuLink, MenuSeparator } from '@/components/ui/menu';
import { useAction } from '@/components/use-action';
import { removeViewAction, saveViewAction } from './actions.ts';
import { auditHref } from './audit-href.ts';

interface Props {
  organization: string;
  path: string;
  text: string;
  views: SavedView[];
  mayManage: boolean;
}

/** Queries that somebody gave a name, for everybody in the organization. */
export function SavedViews({ organization, path, text, views, mayManage }: Props) {
  const [open, setOpen] = useState(false);
  const current = views.find((view) => view.query === text);
  return (
    <>
      <Menu
        trigger={
          <Button className="h-9 coarse:h-10">
            <Bookmark aria-hidden="true" className={current ? 'fill-current' : ''} />
            <span className="clip max-w-32">{current?.name ?? 'Views'}</span>
          </Button>
        }
      >
        {views.length === 0 && <MenuLabel>No saved views yet</MenuLabel>}
        {views.map((view) => (
          <MenuLink key={view.id}>
            <Link href={auditHref(path, view.query)}>
              <span className="grid min-w-0 flex-1">
                <span className="clip">{view.name}</span>
                <span className="clip font-mono text-muted text-xs">{view.query}</span>
              </span>
            </Link>
          </MenuLink>
        ))}
        {mayManage && (
          <>
            <MenuSeparator />
            <MenuItem onSelect={() => setOpen(true)}>{text === '' ? 'Manage views…' : 'Save this query…'}</MenuItem>
          </>
        )}
      </Menu>
      {open && <ViewsDialog organization={organization} text={text} views={views} onClose={() => setOpen(false)} />}
    </>
  );
}

function ViewsDialog({ organization, text, views, onClose }: Pick<Props, 'organization' | 'text' | 'views'> & { onClose(): void }) {
  const [name, setName] = useState('');
  const save = useAction((input: { name: string; query: string }) => saveViewAction(organization, input), {
    onDone: () => {
      notify('View saved', { description: name });
      onClose();
    },
  });
  const remove = useAction((viewId: string) => removeViewAction(organization, { viewId }), {
    onDone: (view) =>
      notify(`View ${view.name} removed`, { undo: () => void saveViewAction(organization, { name: view.name, query: view.query }) }),
  });
  const known = views.some((view) => view.name === name.trim());
  return (
    <Dialog
      open
      onOpenChange={(next) => !next && onClose()}
      title="Saved views"
      description="Everybody in the organization sees them."
      footer={
        text === '' ? undefined : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button variant="primary" pending={save.pending} onClick={() => save.run({ name, query: text })}>
              {known ? 'Replace view' : 'Save view'}
            </Button>
          </>
        )
      }
    >
      <div className="grid gap-4">
        {text !== '' && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              save.run({ name, query: text });
            }}
          >
            <Field
              label="Name"
              help={known ? 'There is a view of this name: it gets this query.' : undefined}
              error={save.fields.name ?? save.refusal?.message}
            >
              <Input value={name} maxLength={80} onChange={(event) => setName(event.target.value)} />
            </Field>
            <p className="mt-2 break-all rounded-control border border-line bg-sunken px-3 py-2 font-mono text-sm">{text}</p>
          </form>
        )}
        {remove.refusal && <Callout tone="error">{remove.refusal.message}</Callout>}
        {views.length > 0 && (
          <ul className="grid">
            {views.map((view) => (
              <li key={view.id} className="flex items-center gap-3 border-line border-t py-1.5 first:border-t-0">
                <span className="grid min-w-0 flex-1 text-sm">
                  <span className="clip">{view.name}</span>
                  <span className="clip font-mono text-muted text-xs">{view.query}</span>
                </span>
                <IconButton label={`Remove view ${view.name}`} onClick={() => remove.run(view.id)}>
                  <Trash2 />
                </IconButton>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  );
}
