'use client';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { PageHeader } from '@/components/ui/page-header';
import { PolicyMenu } from './policy-menu.tsx';

interface Props {
  organization: string;
  policy: { id: string; slug: string; name: string };
  header: { title: string; state: ReactNode; parent: { href: string; label: string } };
  /** Of the draft, in words. */
  state: string;
  mayManage: boolean;
  /** What can be done with the draft now. */
  can: { undo: boolean; discard: boolean; publish: boolean };
  onUndo(): void;
  onDiscard(): void;
  onPublish(): void;
}

/** Whose policy it is, how the draft stands, and what is done with it as a whole. */
export function EditorHeader({ organization, policy, header, state, mayManage, can, onUndo, onDiscard, onPublish }: Props) {
  return (
    <PageHeader
      {...header}
      actions={
        <>
          <span role="status" className="text-muted text-sm max-sm:w-full">
            {state}
          </span>
          {mayManage && (
            <>
              <Button variant="quiet" disabled={!can.undo} onClick={onUndo} className="max-sm:px-2">
                Undo
              </Button>
              <Button variant="quiet" disabled={!can.discard} onClick={onDiscard} className="max-sm:px-2">
                Discard
              </Button>
              <Button variant="primary" disabled={!can.publish} onClick={onPublish}>
                <span>
                  Publish<span className="max-[22rem]:sr-only"> policy</span>
                </span>
              </Button>
              <PolicyMenu organization={organization} policy={policy} />
            </>
          )}
        </>
      }
    />
  );
}
