import { ThemeChoice } from '@/components/theme';
import type { Theme } from '@/components/theme-cookie';
import { PageHeader } from '@/components/ui/page-header';
import { OrganizationName } from './organization-name';
import { PasswordForm } from './password-form';
import { PauseEverything } from './pause-everything';
import { SettingsSection } from './settings-section';
import { SettingsTabs } from './settings-tabs';
import { ShortcutsSwitch } from './shortcuts-switch';

export interface SettingsPageProps {
  org: string;
  name: string;
  pausedAt: string | null;
  mayManage: boolean;
  user: { email: string; hasPassword: boolean };
  role: string;
  theme: Theme;
}

export function SettingsPage({ org, name, pausedAt, mayManage, user, role, theme }: SettingsPageProps) {
  return (
    <>
      <PageHeader title="Settings" state={`You are ${ROLES[role] ?? role} of ${name}, signed in as ${user.email}.`} />
      <SettingsTabs org={org} current="" />
      <div className="grid max-w-200 divide-y divide-line border-line border-b">
        <SettingsSection title="Organization" help="Its addresses keep the short name they were made with.">
          <OrganizationName org={org} name={name} mayManage={mayManage} />
        </SettingsSection>
        <SettingsSection title="Stop everything" help="For when something is wrong and you do not know yet what.">
          <PauseEverything org={org} pausedAt={pausedAt} mayManage={mayManage} />
        </SettingsSection>
        <SettingsSection title="Password" help="Changing it ends your sessions everywhere else.">
          {user.hasPassword ? (
            <PasswordForm email={user.email} />
          ) : (
            <p className="text-muted">You sign in with a provider; there is no password here.</p>
          )}
        </SettingsSection>
        <SettingsSection title="Theme" help="On this device.">
          <ThemeChoice initial={theme} />
        </SettingsSection>
        <SettingsSection title="Keyboard shortcuts" help="Single keys such as G then S, or ? for the list. On this device.">
          <ShortcutsSwitch />
        </SettingsSection>
      </div>
    </>
  );
}

const ROLES: Record<string, string> = { owner: 'an owner', admin: 'an admin', policy_manager: 'a policy manager', viewer: 'a viewer' };
