'use client';
import type { PausedThing } from '@toolgate/services/organization/list-paused';
import Link from 'next/link';
import { useState } from 'react';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { RelativeTime } from '@/components/ui/relative-time';
import { useAction } from '@/components/use-action';
import { VisibleText } from '@/components/visible-text';
import { resumeAction } from './actions';
import { WhyDialog } from './why-dialog';

export interface Paused extends Omit<PausedThing, 'since'> {
  since: string;
  mayResume: boolean;
}

const SHOWN = 3;

/** On every page, until it is lifted: what is paused, by whom, since when, and why. */
export function PausedBanner({ org, paused }: { org: string; paused: Paused[] }) {
  if (paused.length === 0) return null;
  return (
    <div role="status" aria-label="Paused" className="grid divide-y divide-limited/25 border-limited/45 border-b bg-limited-tint text-sm">
      {paused.slice(0, SHOWN).map((one) => (
        <PausedLine key={`${one.kind} ${one.id}`} org={org} one={one} />
      ))}
      {paused.length > SHOWN && <p className="px-4 py-1.5 text-muted sm:px-6">and {paused.length - SHOWN} more</p>}
    </div>
  );
}

function PausedLine({ org, one }: { org: string; one: Paused }) {
  const [asking, setAsking] = useState(false);
  const { run, pending, refusal } = useAction(resumeAction, { onDone: () => notify('Resumed') });
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-1.5 sm:px-6">
      <p className="min-w-0 flex-1 basis-72">
        <strong className="font-semibold">{titleOf(one)}</strong>{' '}
        <Link href={hrefOf(org, one)} className="link">
          since <RelativeTime at={one.since} />
        </Link>
        {one.by && (
          <>
            {' '}
            by <VisibleText text={one.by} />
          </>
        )}
        {one.reason ? (
          <>
            : <VisibleText text={one.reason} />
          </>
        ) : (
          '.'
        )}{' '}
        <span className="text-muted">Its calls are denied until it is resumed.</span>
        {refusal && <span role="alert"> {refusal.message}</span>}
      </p>
      {one.mayResume && (
        <>
          <Button size="sm" variant="quiet" onClick={() => setAsking(true)}>
            {one.reason ? 'Change reason' : 'Say why'}
          </Button>
          <Button size="sm" pending={pending} onClick={() => run(org, one.kind, one.id)}>
            Resume {one.kind}
          </Button>
        </>
      )}
      {asking && <WhyDialog org={org} one={one} onClose={() => setAsking(false)} />}
    </div>
  );
}

function titleOf({ kind, name }: Paused): string {
  if (kind === 'organization') return 'Everything is paused';
  return `${kind === 'server' ? 'Server' : 'Grant'} ${name} is paused`;
}

function hrefOf(org: string, { kind, slug }: Paused): string {
  return kind === 'organization' ? `/${org}/settings` : `/${org}/${kind}s/${slug}`;
}
