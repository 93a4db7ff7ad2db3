import Link from 'next/link';
import { EmptyState } from '@/components/ui/empty-state';
import { LinkButton } from '@/components/ui/link-button';
import { PageHeader } from '@/components/ui/page-header';
import { RelativeTime } from '@/components/ui/relative-time';
import { requireMember } from '@/server/session';
import { CallsPanel } from './calls-panel.tsx';
import { loadOverview } from './load-overview.ts';
import { NeedsList } from './needs-list.tsx';

/** Where the organization stands: what needs somebody, and the calls of the last day. */
export async function OverviewPage({ org }: { org: string }) {
  const member = await requireMember(org);
  const { overview, buckets, needs } = await loadOverview(member);
  const { servers, tools, policies, grants, steps, lastCallAt } = overview;
  const fresh = !steps.server || !steps.grant;
  return (
    <>
      <PageHeader
        title="Overview"
        state={
          <>
            <Count n={servers.ready} of={servers.total} word="server" href={`/${org}/servers`} /> ready, {tools.active} tools,{' '}
            <Count n={policies} word={policies === 1 ? 'policy' : 'policies'} href={`/${org}/policies`} />,{' '}
            <Count n={grants} word={grants === 1 ? 'grant' : 'grants'} href={`/${org}/grants`} />.{' '}
            {lastCallAt ? (
              <>
                Last call <RelativeTime at={lastCallAt.toISOString()} />.
              </>
            ) : (
              'No call yet.'
            )}
          </>
        }
      />
      {fresh ? (
        <EmptyState
          title="Nothing is governed yet"
          action={
            <LinkButton variant="primary" href={`/${org}/get-started`}>
              Get started
            </LinkButton>
          }
          example="Sign in, press Run 31×, and see the 31st call limited."
        >
          With the demo server the first governed call takes less than a minute and needs no key.
        </EmptyState>
      ) : (
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          {/* First for who reads from the top or on a phone; at the right where there is room. */}
          <div className="min-w-0 lg:order-last">
            <NeedsList needs={needs} />
          </div>
          <CallsPanel organization={org} buckets={buckets} />
        </div>
      )}
    </>
  );
}

function Count({ n, of, word, href }: { n: number; of?: number; word: string; href: string }) {
  const plural = of !== undefined && of !== 1 ? `${word}s` : word;
  return (
    <Link href={href} className="hover:underline">
      {of === undefined ? n : `${n} of ${of}`} {plural}
    </Link>
  );
}
