'use client';
import type { AuditEvent } from '@toolgate/audit/event';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { CopyButton } from '@/components/ui/copy-button';
import { Drawer } from '@/components/ui/drawer';
import { IconButton } from '@/components/ui/icon-button';
import { CapturedArguments } from './captured-arguments.tsx';
import { EventDetail } from './event-detail.tsx';
import { useBackground } from './use-background.ts';

interface Props {
  organization: string;
  event: AuditEvent;
  policySlug: string | null;
  mayCapture: boolean;
  /** The address of this event on this page. */
  href: string;
  onClose(): void;
  /** Absent at the ends of the list. */
  onNewer: (() => void) | undefined;
  onOlder: (() => void) | undefined;
}

/** One event beside the list; J and K walk the list under it. */
export function EventDrawer({ organization, event, policySlug, mayCapture, href, onClose, onNewer, onOlder }: Props) {
  const origin = useSyncExternalStore(
    neverChanges,
    () => window.location.origin,
    () => '',
  );
  const background = useBackground(organization, event.seq);
  return (
    <Drawer
      open
      onClose={onClose}
      title={`Event ${event.seq}`}
      actions={
        <>
          <IconButton label="Newer event" shortcut="K" disabled={!onNewer} onClick={onNewer}>
            <ChevronUp />
          </IconButton>
          <IconButton label="Older event" shortcut="J" disabled={!onOlder} onClick={onOlder}>
            <ChevronDown />
          </IconButton>
          <CopyButton value={`${origin}${href}`} label="Copy link to this event" shortcut="Y" />
        </>
      }
    >
      <EventDetail
        organization={organization}
        event={event}
        policySlug={policySlug}
        background={background}
        captured={<CapturedArguments key={event.seq} organization={organization} event={event} mayRead={mayCapture} />}
      />
    </Drawer>
  );
}

const neverChanges = () => () => {};
