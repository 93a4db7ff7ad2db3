import Link from 'next/link';
import { EmptyState } from '@/components/ui/empty-state';
import { LinkButton } from '@/components/ui/link-button';
import { requireMember } from '@/server/session';
import { AuditExplorer } from './audit-explorer.tsx';
import { loadAudit, type Query } from './load-audit.ts';

/** Every call and every change of the organization. */
export async function AuditPage({ org, query }: { org: string; query: Query }) {
  const loaded = await loadAudit(await requireMember(org), query);
  const path = `/${org}/audit`;
  return (
    <AuditExplorer
      header={{
        title: 'Audit',
        state: (
          <>
            Every call and what was decided about it, newest first. Changes alone:{' '}
            <Link href={`/${org}/activity`} className="link">
              activity
            </Link>
            .
          </>
        ),
      }}
      {...loaded}
      path={path}
      empty={<NoCalls org={org} />}
    />
  );
}

/** Changes in the control plane: who did what. */
export async function ActivityPage({ org, query }: { org: string; query: Query }) {
  const loaded = await loadAudit(await requireMember(org), query, true);
  const path = `/${org}/activity`;
  return (
    <AuditExplorer
      header={{
        title: 'Activity',
        state: 'Who changed what: servers, policies, grants, members.',
        parent: { href: `/${org}/audit`, label: 'Audit' },
      }}
      {...loaded}
      path={path}
      changesOnly
      empty={<NoChanges />}
    />
  );
}

const NoCalls = ({ org }: { org: string }) => (
  <EmptyState
    title="No calls yet"
    action={
      <LinkButton variant="primary" href={`/${org}/get-started`}>
        Make the first call
      </LinkButton>
    }
    example={
      <>
        It will read like <span className="font-mono">14:03:07 ✓ allowed image_to_image</span>
      </>
    }
  >
    As soon as an agent calls a tool through the gateway, the call appears here.
  </EmptyState>
);

const NoChanges = () => (
  <EmptyState title="No changes yet">Whoever adds a server, publishes a policy or makes a grant is named here.</EmptyState>
);
