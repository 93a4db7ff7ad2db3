import { countPendingApprovals } from '@toolgate/services/approval/read';
import { listPaused, type PausedThing } from '@toolgate/services/organization/list-paused';
import { may, type Permission } from '@toolgate/services/permission';
import type { ReactNode } from 'react';
import { AppShell } from '@/components/app-shell';
import { env } from '@/env';
import { PausedBanner } from '@/features/pause/paused-banner';
import { services } from '@/server/services';
import { requireMember } from '@/server/session';

export default async function OrganizationLayout({ params, children }: { params: Promise<{ org: string }>; children: ReactNode }) {
  const { organization, user, actor } = await requireMember((await params).org);
  const [paused, pendingApprovals] = await Promise.all([listPaused(services(), actor), countPendingApprovals(services(), actor)]);
  const shown = paused.map((one) => ({ ...one, since: one.since.toISOString(), mayResume: may(actor, RESUME[one.kind]) }));
  return (
    <AppShell
      organization={{ slug: organization.slug, name: organization.name }}
      organizations={user.organizations.map(({ slug, name }) => ({ slug, name }))}
      user={{ name: user.name, email: user.email }}
      gatewayUrl={`${env().gatewayUrl}/${organization.slug}/mcp`}
      pendingApprovals={pendingApprovals}
      banner={<PausedBanner org={organization.slug} paused={shown} />}
    >
      {children}
    </AppShell>
  );
}

const RESUME: Record<PausedThing['kind'], Permission> = {
  organization: 'organization.manage',
  server: 'server.manage',
  grant: 'grant.pause',
};
