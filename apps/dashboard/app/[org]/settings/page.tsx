import { may } from '@toolgate/services/permission';
import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { readTheme, THEME_COOKIE } from '@/components/theme-cookie';
import { SettingsPage } from '@/features/settings/settings-page';
import { requireMember } from '@/server/session';

export const metadata: Metadata = { title: 'Settings' };

export default async function Page({ params }: { params: Promise<{ org: string }> }) {
  const { actor, organization, user } = await requireMember((await params).org);
  return (
    <SettingsPage
      org={organization.slug}
      name={organization.name}
      pausedAt={organization.pausedAt?.toISOString() ?? null}
      mayManage={may(actor, 'organization.manage')}
      user={{ email: user.email, hasPassword: user.hasPassword }}
      role={actor.role}
      theme={readTheme((await cookies()).get(THEME_COOKIE)?.value)}
    />
  );
}
