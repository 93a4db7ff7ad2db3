'use client';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';

/** Saved, and the gateways do not know of it yet. */
export function NotYetInForce({ version, onClose }: { version: number; onClose(): void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Version ${version} is saved but not yet in force`}
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <p className="text-muted" role="status">
        The gateways could not be told yet. They still decide by the version before; it is tried again until they know.
      </p>
    </Dialog>
  );
}
