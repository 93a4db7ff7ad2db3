'use client';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { LinkButton } from '@/components/ui/link-button';
import { PageHeader } from '@/components/ui/page-header';
import { AddServerStep } from './add-server-step';
import { RunStep } from './run-step';
import { Step, type StepState } from './step';

/** Holds the policy reader: fetched by those who are at this step. */
const PolicyStep = dynamic(() => import('./policy-step').then((loaded) => loaded.PolicyStep));

export interface GetStartedTool {
  name: string;
  category: 'Read' | 'Write' | 'Execute' | 'Destructive' | 'Financial';
  /** Arguments to start from, as JSON. */
  sample: string;
}

export interface GetStartedProps {
  org: string;
  mayManage: boolean;
  server: {
    id: string;
    slug: string;
    name: string;
    status: 'discovering' | 'ready' | 'failing';
    failure: { message: string; fix: string } | null;
  } | null;
  tools: GetStartedTool[];
  recommended: string;
  policy: { id: string; slug: string; name: string } | null;
  called: boolean;
  granted: boolean;
}

export function GetStartedSteps({ org, mayManage, server, tools, recommended, policy, called, granted }: GetStartedProps) {
  const [ran, setRan] = useState(false);
  useRefreshWhile(server?.status === 'discovering');
  const ready = server?.status === 'ready';
  const done = [ready, ready && policy !== null, called || ran, granted && called];
  const current = done.indexOf(false);
  const stateOf = (index: number): StepState => (done[index] ? 'done' : index === current ? 'current' : 'later');
  return (
    <>
      <PageHeader title="Get started" state={current < 0 ? 'Everything is set up.' : `${done.filter(Boolean).length} of 4 done`} />
      <ol className="max-w-240">
        <Step
          number={1}
          title="Add a server"
          state={stateOf(0)}
          result={ready && <ServerResult org={org} server={server} count={tools.length} />}
        >
          {!ready && <AddServerStep org={org} server={server} mayManage={mayManage} />}
        </Step>
        <Step
          number={2}
          title="Publish a policy"
          state={stateOf(1)}
          result={
            done[1] && policy ? (
              <Link className="link" href={`/${org}/policies/${policy.slug}`}>
                {policy.name}
              </Link>
            ) : (
              'What may be called, and how often. Everything else is denied.'
            )
          }
        >
          {ready && !policy && mayManage && <PolicyStep org={org} tools={tools} recommended={recommended} />}
        </Step>
        <Step
          number={3}
          title="Make a governed call"
          state={stateOf(2)}
          result="Through the gateway, from this page: no client needed yet."
        >
          {server && ready && policy && mayManage && (
            <RunStep org={org} server={server} policy={policy} tools={tools} onRan={() => setRan(true)} />
          )}
        </Step>
        <Step
          number={4}
          title="Connect your agent"
          state={stateOf(3)}
          result="A grant is a token for one person, agent or job. It is shown once."
        >
          {server && policy && mayManage && (
            <LinkButton variant={done[2] ? 'primary' : 'secondary'} href={`/${org}/grants/new?server=${server.slug}&policy=${policy.slug}`}>
              {granted ? 'New grant' : 'Create a grant'}
            </LinkButton>
          )}
        </Step>
      </ol>
      {!mayManage && <p className="mt-6 text-muted">An owner or admin of the organization can do these steps.</p>}
    </>
  );
}

function ServerResult({ org, server, count }: { org: string; server: NonNullable<GetStartedProps['server']>; count: number }) {
  return (
    <>
      <Link className="link" href={`/${org}/servers/${server.slug}`}>
        {server.name}
      </Link>
      , {count} {count === 1 ? 'tool' : 'tools'}
    </>
  );
}

function useRefreshWhile(active: boolean): void {
  const router = useRouter();
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => router.refresh(), 1000);
    return () => clearInterval(timer);
  }, [active, router]);
}
