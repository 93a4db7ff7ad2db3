import type { ReactNode } from 'react';
import { AppShell } from '@/components/app-shell';
import { env } from '@/env';
import { requireMember } from '@/server/session';

export default async function OrganizationLayout({ params, children }: { params: Promise<{ org: string }>; children: ReactNode }) {
  const { organization, user } = await requireMember((await params).org);
  return (
    <AppShell
      organization={{ slug: organization.slug, name: organization.name, pausedAt: organization.pausedAt?.toISOString() ?? null }}
      organizations={user.organizations.map(({ slug, name }) => ({ slug, name }))}
      user={{ name: user.name, email: user.email }}
      gatewayUrl={`${env().gatewayUrl}/${organization.slug}/mcp`}
    >
      {children}
    </AppShell>
  );
}
