'use client';
import type { AuditEvent } from '@toolgate/audit/event';
import { setTime } from '@toolgate/audit/query/edit';
import { parseQuery } from '@toolgate/audit/query/parse';
import type { SavedView } from '@toolgate/services/audit/list-views';
import { SlidersHorizontal } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type ReactNode, useCallback, useOptimistic, useRef, useState, useTransition } from 'react';
import { classNames } from '@/components/class-names';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { PageHeader } from '@/components/ui/page-header';
import { useLive } from '@/components/use-live';
import { auditHref } from './audit-href.ts';
import { AuditToolbar } from './audit-toolbar.tsx';
import { EventDrawer } from './event-drawer.tsx';
import type { EventPage } from './event-list.ts';
import { EventTable } from './event-table.tsx';
import { ExportProgress } from './export-progress.tsx';
import { FacetPanel } from './facet-panel.tsx';
import { HistogramPanel } from './histogram-panel.tsx';
import { ListEnd } from './list-end.tsx';
import { NoMatch } from './no-match.tsx';
import { QueryInput } from './query-input.tsx';
import { QueryProblems } from './query-problems.tsx';
import type { Counts } from './read-counts.ts';
import { SavedViews } from './saved-views.tsx';
import { seenValues } from './seen-values.ts';
import { TimeSelect } from './time-select.tsx';
import { useCounts } from './use-counts.ts';
import { useEventFeed } from './use-event-feed.ts';
import { useEventKeys } from './use-event-keys.ts';
import { useExport } from './use-export.ts';
import { useIdle } from './use-idle.ts';
import { useNamedAgain } from './use-named-again.ts';
import { useOpenEvent } from './use-open-event.ts';

export interface ExplorerProps {
  header: { title: string; state: ReactNode; parent?: { href: string; label: string } };
  organization: string;
  /** The page's own address, such as `/acme/audit`. */
  path: string;
  /** The query as it was typed. */
  text: string;
  /** What in the address is no query, in words. */
  notices: string[];
  first: EventPage;
  /** The event that the address names; it need not be in the list. */
  named: AuditEvent | null;
  /** Null: they were not there in time. */
  counts: Counts | null;
  views: SavedView[];
  policySlugs: Record<string, string>;
  mayExport: boolean;
  mayManageViews: boolean;
  /** Captured arguments may be read, and looked for. */
  mayCapture: boolean;
  changesOnly?: boolean;
  /** What to show when there is nothing at all yet. */
  empty: ReactNode;
}

const IDLE_MS = 15 * 60_000;

/** The list of events, what narrows it, when they happened, what is new, and the one that is open. */
export function AuditExplorer(props: ExplorerProps) {
  const { organization, path, text, first, named, policySlugs, changesOnly = false } = props;
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  // What is chosen while the list still loads: the next choice adds to it.
  const [wanted, setWanted] = useOptimistic(text);
  const [open, setOpen] = useOpenEvent(text, named);
  const [paused, setPaused] = useState(false);
  const [facetsOpen, setFacetsOpen] = useState(false);
  const [zooms, setZooms] = useState<string[]>([]);
  const body = useRef<HTMLDivElement>(null);
  const facets = useRef<HTMLDivElement>(null);
  const hovered = useRef(false);
  const isReading = useRef((): boolean => false);
  isReading.current = () => open !== null || hovered.current || scrolled(body.current);
  const source = { organization, text, changesOnly };
  const ended = parseQuery(text).query.terms.some((term) => term.kind === 'time' && term.bound === 'until');
  const feed = useEventFeed(
    source,
    first,
    !paused && !ended,
    useCallback(() => isReading.current(), []),
  );
  const counts = useCounts(source, props.counts, feed.list.to);
  const idle = useIdle(IDLE_MS, !paused && !ended, () => setPaused(true));
  const live = useLive(`/api/${organization}/live`, { paused: paused || ended, onNews: () => void feed.loadNewer() });
  const exporting = useExport(source);
  const { shown, waiting, more } = feed.list;

  const show = useCallback(
    (event: AuditEvent | null) => {
      setOpen(event);
      window.history.replaceState(null, '', auditHref(path, text, event?.seq ?? null));
    },
    [path, text, setOpen],
  );
  useNamedAgain(organization, text, named, (event) => setOpen((now) => now ?? event));
  const openSeq = useCallback((seq: number) => show(shown.find((event) => event.seq === seq) ?? null), [shown, show]);
  const at = open ? shown.findIndex((event) => event.seq === open.seq) : -1;
  const walk = (to: number) => {
    const event = shown[to];
    if (!event) {
      if (to >= shown.length && more) void feed.loadOlder();
      return;
    }
    show(event);
    body.current?.querySelector(`tr[data-seq="${event.seq}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  useEventKeys({
    newer: () => walk(at === -1 ? 0 : at - 1),
    older: () => walk(at + 1),
    live: () => setPaused((now) => !now),
    facets: () => {
      setFacetsOpen(true);
      requestAnimationFrame(() => facets.current?.querySelector('button')?.focus());
    },
  });

  const apply = (next: string) =>
    startTransition(() => {
      setWanted(next);
      // A step in the browser's history each: going back is undoing.
      router.push(auditHref(path, next), { scroll: false });
    });
  const applyTime = (span: { since: string | null; until: string | null }) => {
    setZooms([...zooms, wanted]);
    apply(setTime(wanted, span));
  };
  const before = zooms.at(-1);
  const back = () => {
    if (before === undefined) return;
    apply(before);
    setZooms(zooms.slice(0, -1));
  };
  const problems = parseQuery(text).problems.length > 0;
  const nothingYet = text === '' && shown.length === 0 && !more;
  return (
    <>
      <PageHeader
        {...props.header}
        actions={
          <AuditToolbar
            live={ended ? null : live}
            onPause={(next) => {
              idle.wake();
              setPaused(next);
            }}
            onExport={props.mayExport && !problems ? (format) => void exporting.start(format) : null}
          />
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3" ref={body}>
        <search className="flex flex-wrap items-center gap-2">
          <QueryInput text={wanted} pending={pending} seen={seenValues(counts.counts, feed.list.shown)} onApply={apply} />
          <span className="flex min-w-0 items-center gap-2 max-sm:flex-1">
            <TimeSelect text={wanted} onApply={apply} />
            <SavedViews organization={organization} path={path} text={text} views={props.views} mayManage={props.mayManageViews} />
            <Button aria-expanded={facetsOpen} className="h-9 lg:hidden coarse:h-10" onClick={() => setFacetsOpen(!facetsOpen)}>
              <SlidersHorizontal aria-hidden="true" />
              <span className="max-sm:sr-only">Facets</span>
            </Button>
          </span>
        </search>
        <QueryProblems text={text} mayCapture={props.mayCapture} onApply={apply} />
        {props.notices.map((notice) => (
          <Callout key={notice} tone="error">
            {notice}
          </Callout>
        ))}
        {live === 'behind' && (
          <Callout tone="error" title="The log is behind">
            The worker that writes it has not been seen for 20 seconds. Calls are decided and recorded all the same; they appear here when
            it is back.
          </Callout>
        )}
        {idle.slept && <Callout>Following stopped after 15 minutes without a movement. L, or the button above, goes on.</Callout>}
        <ExportProgress state={exporting.state} onCancel={exporting.cancel} />
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
        {nothingYet ? (
          props.empty
        ) : (
          <>
            <HistogramPanel state={counts} ended={ended} onSpan={applyTime} onBack={before === undefined ? null : back} />
            <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[11.5rem_minmax(0,1fr)]">
              <aside
                aria-label="Facets"
                ref={facets}
                className={classNames(
                  'min-w-0 lg:sticky lg:top-4 lg:block',
                  facetsOpen ? 'panel p-3 lg:border-0 lg:bg-transparent lg:p-0' : 'max-lg:hidden',
                )}
              >
                <FacetPanel state={counts} text={wanted} fields={changesOnly ? CHANGE_FACETS : FACETS} onApply={apply} />
              </aside>
              <div aria-busy={pending} className="@container relative min-w-0">
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
                  <NoMatch text={text} more={more} searching={feed.loadingOlder} onApply={apply} />
                ) : (
                  <EventTable
                    label={changesOnly ? 'Changes' : 'Audit events'}
                    events={shown}
                    open={open?.seq ?? null}
                    onOpen={openSeq}
                    changesOnly={changesOnly}
                    onHover={(over) => {
                      hovered.current = over;
                    }}
                  />
                )}
                <ListEnd list={feed.list} searching={feed.loadingOlder} onOlder={() => void feed.loadOlder()} onStop={feed.stopSearching} />
              </div>
            </div>
          </>
        )}
        {open && (
          <EventDrawer
            organization={organization}
            event={open}
            mayCapture={props.mayCapture}
            policySlug={(open.policyId && policySlugs[open.policyId]) || null}
            href={auditHref(path, text, open.seq)}
            onClose={() => show(null)}
            onNewer={at > 0 ? () => walk(at - 1) : undefined}
            onOlder={at !== -1 && at < shown.length - 1 ? () => walk(at + 1) : undefined}
          />
        )}
      </div>
    </>
  );
}

const FACETS = ['decision', 'outcome', 'tool', 'server', 'grant', 'kind'] as const;
const CHANGE_FACETS = [] as const;

/** Somebody reads further down: rows above must not push what they look at. */
function scrolled(body: HTMLElement | null): boolean {
  return (scrollerOf(body)?.scrollTop ?? 0) > 0;
}

/** What the table scrolls in. */
const scrollerOf = (body: HTMLElement | null): HTMLElement | null =>
  body?.querySelector('table[data-events], table')?.closest<HTMLElement>('[aria-label="Audit events"], [aria-label="Changes"]') ?? null;
