import { LinkTabs } from '@/components/ui/link-tabs';

/** The parts of the settings. */
export function SettingsTabs({ org, current }: { org: string; current: '' | '/audit' }) {
  const tabs = [
    { href: `/${org}/settings`, label: 'General' },
    { href: `/${org}/settings/audit`, label: 'Audit log' },
  ];
  return <LinkTabs label="Settings" tabs={tabs} current={`/${org}/settings${current}`} />;
}
