'use client';
import type { AuditEvent } from '@toolgate/audit/event';
import { type AuditFilter, auditFilterToParams } from '@toolgate/audit/filter';
import { useRouter } from 'next/navigation';
import { type ReactNode, useCallback, useOptimistic, useRef, useState, useTransition } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { PageHeader } from '@/components/ui/page-header';
import { useLive } from '@/components/use-live';
import { AuditFilters, type FilterOptions } from './audit-filters.tsx';
import { auditHref } from './audit-href.ts';
import { AuditToolbar } from './audit-toolbar.tsx';
import { EventDrawer } from './event-drawer.tsx';
import { EventTable } from './event-table.tsx';
import { type EventPage, useEventFeed } from './use-event-feed.ts';
import { useEventKeys } from './use-event-keys.ts';

export interface ExplorerProps {
  header: { title: string; state: ReactNode; parent?: { href: string; label: string } };
  organization: string;
  /** The page's own address, such as `/acme/audit`. */
  path: string;
  filter: AuditFilter;
  /** What in the address is no filter, in words. */
  diagnostics: string[];
  first: EventPage;
  /** The event that the address names; it need not be in the list. */
  named: AuditEvent | null;
  options: FilterOptions;
  policySlugs: Record<string, string>;
  mayExport: boolean;
  changesOnly?: boolean;
  /** What to show when nothing matches. */
  empty: ReactNode;
}

/** The list of events, what narrows it, what is new, and the one that is open. */
export function AuditExplorer(props: ExplorerProps) {
  const { organization, path, filter, first, named, policySlugs, changesOnly = false } = props;
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  // What is chosen while the list still loads: the next choice adds to it.
  const [wanted, setWanted] = useOptimistic(filter);
  const query = new URLSearchParams(auditFilterToParams(filter)).toString();
  const [open, setOpen] = useState<AuditEvent | null>(named);
  const [openedIn, setOpenedIn] = useState(query);
  if (openedIn !== query) {
    setOpenedIn(query);
    setOpen(named);
  }
  const [paused, setPaused] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  const isReading = useRef((): boolean => false);
  isReading.current = () => open !== null || scrolled(body.current);
  const feed = useEventFeed(
    organization,
    filter,
    first,
    useCallback(() => isReading.current(), []),
  );
  const ended = filter.until !== undefined;
  const live = useLive(`/api/${organization}/live`, { paused: paused || ended, onNews: () => void feed.loadNewer() });
  const { shown, waiting, more } = feed.list;

  const show = useCallback(
    (event: AuditEvent | null) => {
      setOpen(event);
      window.history.replaceState(null, '', auditHref(path, filter, event?.seq ?? null));
    },
    [path, filter],
  );
  const openSeq = useCallback((seq: number) => show(shown.find((event) => event.seq === seq) ?? null), [shown, show]);
  const at = open ? shown.findIndex((event) => event.seq === open.seq) : -1;
  const walk = (to: number) => {
    const event = shown[to];
    if (!event) return;
    show(event);
    body.current?.querySelector(`tr[data-seq="${event.seq}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  useEventKeys({
    newer: () => walk(at === -1 ? 0 : at - 1),
    older: () => walk(at + 1),
    live: () => setPaused((now) => !now),
    within: () => open !== null || (body.current?.contains(document.activeElement) ?? false),
  });

  const change = (next: AuditFilter) =>
    startTransition(() => {
      setWanted(next);
      router.replace(auditHref(path, next), { scroll: false });
    });
  return (
    <>
      <PageHeader
        {...props.header}
        actions={
          <AuditToolbar
            live={ended ? null : live}
            onPause={setPaused}
            exportHref={props.mayExport ? `/api/${organization}/audit/export?${query}` : null}
          />
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3" ref={body}>
        <AuditFilters filter={wanted} pending={pending} options={props.options} changesOnly={changesOnly} onChange={change} />
        {props.diagnostics.map((text) => (
          <Callout key={text} tone="error">
            {text}
          </Callout>
        ))}
        {feed.failure && (
          <Callout
            tone="error"
            title={feed.failure}
            action={
              <Button size="sm" onClick={() => void feed.loadNewer()}>
                Try again
              </Button>
            }
          >
            What is shown may be out of date.
          </Callout>
        )}
        <div aria-busy={pending} className="relative">
          <div role="status" className="absolute top-9 left-3 z-20">
            {waiting.length > 0 && (
              <Button
                size="sm"
                onClick={() => {
                  feed.showNew();
                  scrollerOf(body.current)?.scrollTo({ top: 0 });
                }}
                className="border-accent shadow-float"
              >
                {waiting.length} new {waiting.length === 1 ? 'event' : 'events'} – show
              </Button>
            )}
          </div>

          {shown.length === 0 ? (
            props.empty
          ) : (
            <EventTable
              label={changesOnly ? 'Changes' : 'Audit events'}
              events={shown}
              open={open?.seq ?? null}
              onOpen={openSeq}
              changesOnly={changesOnly}
            />
          )}
        </div>
        {shown.length > 0 && (
          <div className="flex min-h-8 items-center justify-between gap-3 text-muted text-sm">
            <span>{more ? `The newest ${shown.length} that match` : `All ${shown.length} that match`}</span>
            {more && (
              <Button size="sm" pending={feed.loadingOlder} onClick={() => void feed.loadOlder()}>
                Older events
              </Button>
            )}
          </div>
        )}
        {open && (
          <EventDrawer
            organization={organization}
            event={open}
            policySlug={(open.policyId && policySlugs[open.policyId]) || null}
            href={auditHref(path, filter, open.seq)}
            onClose={() => show(null)}
            onNewer={at > 0 ? () => walk(at - 1) : undefined}
            onOlder={at !== -1 && at < shown.length - 1 ? () => walk(at + 1) : undefined}
          />
        )}
      </div>
    </>
  );
}

/** Somebody reads further down: rows above must not push what they look at. */
function scrolled(body: HTMLElement | null): boolean {
  return window.scrollY > 40 || (scrollerOf(body)?.scrollTop ?? 0) > 0;
}

/** What the table scrolls in. */
const scrollerOf = (body: HTMLElement | null): HTMLElement | null => body?.querySelector('table')?.parentElement ?? null;
