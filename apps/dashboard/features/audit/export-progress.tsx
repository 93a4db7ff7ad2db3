'use client';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Spinner } from '@/components/ui/spinner';
import { exactText } from './count-text.ts';
import { sizeText } from './event-text.ts';
import { type ExportState, saveManifest } from './use-export.ts';

/** How far an export is, and what it was. */
export function ExportProgress({ state, onCancel }: { state: ExportState; onCancel(): void }) {
  switch (state.state) {
    case 'idle':
      return null;
    case 'failed':
      return (
        <Callout tone="error" title="The export failed" action={<CloseButton onClick={onCancel} />}>
          {state.message}
        </Callout>
      );
    case 'running':
      return (
        <div
          role="status"
          className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-control border border-line bg-sunken px-3 py-2 text-sm"
        >
          <Spinner />
          <span>
            Exporting as {state.format.toUpperCase()}: {exactText(state.events)} {state.format === 'csv' ? 'lines' : 'events'},{' '}
            {sizeText(state.bytes)}
          </span>
          <Button size="sm" className="ml-auto" onClick={onCancel}>
            Cancel
          </Button>
        </div>
      );
    case 'done': {
      const { name, bytes, manifest } = state;
      const { count, sha256 } = manifest.content;
      return (
        <Callout
          tone="allowed"
          title={`${exactText(count)} ${count === 1 ? 'event' : 'events'} exported`}
          action={<CloseButton onClick={onCancel} />}
        >
          <span className="break-all font-mono text-xs">{name}</span>, {sizeText(bytes)},{' '}
          {name.endsWith('.csv') ? 'with a manifest' : 'which ends with the event that says what it is'}
          {manifest.checkpoint
            ? ', signed up to this export.'
            : manifest.event
              ? '. This installation does not sign its log.'
              : '. It is not signed: the worker did not answer in time.'}{' '}
          SHA-256 of the events <span className="break-all font-mono text-xs">{sha256}</span>{' '}
          {name.endsWith('.csv') && (
            <button type="button" className="link" onClick={() => saveManifest(name, manifest)}>
              Save the manifest
            </button>
          )}
        </Callout>
      );
    }
  }
}

const CloseButton = ({ onClick }: { onClick(): void }) => (
  <Button size="sm" onClick={onClick}>
    Close
  </Button>
);
