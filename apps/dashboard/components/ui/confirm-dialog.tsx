'use client';
import type { ReactNode } from 'react';
import { Button } from './button';
import { Callout } from './callout';
import { Dialog } from './dialog';

/** Asks before something that cannot be taken back. `verb` names the act and its object: "Revoke grant". */
export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  verb,
  pending = false,
  error,
  onConfirm,
  children,
}: {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  verb: string;
  pending?: boolean;
  error?: string | null | undefined;
  onConfirm(): void;
  /** What will happen, in words. */
  children: ReactNode;
}) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button variant="danger" pending={pending} onClick={onConfirm}>
            {verb}
          </Button>
        </>
      }
    >
      <div className="grid gap-3 text-muted">
        {children}
        {error && <Callout tone="denied">{error}</Callout>}
      </div>
    </Dialog>
  );
}
