'use client';
import { Check } from 'lucide-react';
import Link from 'next/link';
import { useCallback, useEffect, useState } from 'react';
import { DecisionMark } from '@/components/ui/decision-mark';
import { LiveDot } from '@/components/ui/live-dot';
import { RelativeTime } from '@/components/ui/relative-time';
import { useLive } from '@/components/use-live';
import { VisibleText } from '@/components/visible-text';
import { grantProgressAction } from './actions';
import type { GrantProgress } from './progress';

const LOOK_MS = 3000;

/** Waits for what the gateway sees of a grant, and shows it: a client that connected, then its calls. */
export function FirstCall({ org, grantId, initial }: { org: string; grantId: string; initial: GrantProgress }) {
  const [progress, setProgress] = useState(initial);
  const look = useCallback(async () => {
    const next = await grantProgressAction(org, grantId).catch(() => null);
    if (next) setProgress(next);
  }, [org, grantId]);
  const live = useLive(`/api/${org}/live`, { paused: false, onNews: () => void look() });
  // That a client connected is no audit event, so it is looked for until the first call is there.
  const waiting = progress.call === null;
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(() => document.visibilityState === 'visible' && void look(), LOOK_MS);
    return () => clearInterval(timer);
  }, [waiting, look]);
  const { call } = progress;
  // When a grant was last used is noted now and then only; a call says it at once.
  const connectedAt = progress.lastUsedAt ?? call?.at ?? null;
  return (
    <section aria-labelledby="live-heading" className="panel p-4" data-first-call={call ? 'seen' : 'waiting'}>
      <div className="mb-3 flex items-center justify-between gap-3">
        <h2 id="live-heading" className="text-lg">
          {call ? 'It works' : 'Waiting for the first call'}
        </h2>
        <LiveDot state={live} word={live === 'live' ? 'listening' : live} />
      </div>
      <ul className="grid gap-2.5" aria-live="polite">
        <Item done={connectedAt !== null} title="A client connected">
          {connectedAt && (
            <>
              {progress.client ? <VisibleText text={progress.client} /> : 'It did not say its name'}, <RelativeTime at={connectedAt} />
            </>
          )}
        </Item>
        <Item done={call !== null} title={call ? 'Newest call' : 'First call'}>
          {call && (
            <Link
              href={`/${org}/audit?event=${call.seq}`}
              className="inline-flex flex-wrap items-center gap-2 rounded-[2px] hover:underline"
            >
              <span className="font-mono text-text">
                <VisibleText text={call.tool ?? '–'} />
              </span>
              <DecisionMark decision={call.decision ?? 'unknown'} />
              <RelativeTime at={call.at} />
            </Link>
          )}
        </Item>
      </ul>
      {call?.message && call.decision !== 'allowed' && (
        <p className="mt-3 border-line border-t pt-3 text-muted text-sm">
          <VisibleText text={call.message} />
        </p>
      )}
      {!connectedAt && (
        <p className="mt-3 border-line border-t pt-3 text-muted text-sm">
          Nothing yet? Refused tokens show up as{' '}
          <Link href={`/${org}/audit?q=decision:unauthenticated`} className="link">
            unauthenticated
          </Link>{' '}
          in the audit log.
        </p>
      )}
    </section>
  );
}

function Item({ done, title, children }: { done: boolean; title: string; children: React.ReactNode }) {
  return (
    <li className="grid grid-cols-[1.25rem_minmax(0,1fr)] gap-x-3">
      {done ? (
        <span className="mt-px inline-flex size-5 items-center justify-center rounded-full bg-allowed-tint text-allowed">
          <Check aria-hidden="true" className="size-3.5" strokeWidth={2.5} />
        </span>
      ) : (
        <span aria-hidden="true" className="mt-px size-5 rounded-full border border-line-strong border-dashed" />
      )}
      <span>
        <span className={done ? 'font-medium' : 'text-muted'}>{title}</span>
        <span className="sr-only">{done ? ': done' : ': not yet'}</span>
        {done && <span className="block text-muted text-sm">{children}</span>}
      </span>
    </li>
  );
}
