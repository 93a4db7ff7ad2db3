'use client';
import type { ReactNode } from 'react';
import { AccountMenu } from './shell/account-menu';
import { GatewayAddress } from './shell/gateway-address';
import { NavLinks } from './shell/nav-links';
import { OrganizationMenu } from './shell/organization-menu';
import { Shortcuts } from './shell/shortcuts';
import { usePendingApprovals } from './shell/use-pending-approvals';

export interface ShellProps {
  organization: { slug: string; name: string };
  organizations: { slug: string; name: string }[];
  user: { name: string; email: string };
  /** `{GATEWAY_URL}/{org}/mcp` */
  gatewayUrl: string;
  /** Requests for approval that waited when the page was made. */
  pendingApprovals: number;
  /** What everybody has to know on every page. */
  banner: ReactNode;
  children: ReactNode;
}

/** The frame of every page of an organization: rail at the left, icons below 1024 px, a bar at the bottom below 640 px. */
export function AppShell({ organization, organizations, user, gatewayUrl, pendingApprovals, banner, children }: ShellProps) {
  const pending = usePendingApprovals(organization.slug, pendingApprovals);
  return (
    <div className="min-h-dvh sm:pl-14 lg:pl-56">
      <a
        href="#main"
        className="sr-only z-50 rounded-control bg-text px-3 py-2 text-canvas focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <header className="fixed inset-y-0 left-0 z-20 hidden w-14 flex-col gap-3 border-line border-r bg-sunken p-2 sm:flex lg:w-56 lg:p-3">
        <OrganizationMenu organization={organization} organizations={organizations} />
        <NavLinks org={organization.slug} pending={pending} />
        <div className="mt-auto grid grid-cols-[minmax(0,1fr)] gap-2">
          <GatewayAddress url={gatewayUrl} />
          <AccountMenu org={organization.slug} user={user} />
        </div>
      </header>
      <header className="flex h-12 items-center justify-between gap-2 border-line border-b bg-sunken px-3 sm:hidden">
        <OrganizationMenu organization={organization} organizations={organizations} wide />
        <AccountMenu org={organization.slug} user={user} compact />
      </header>
      {banner}
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-360 px-4 py-5 pb-24 outline-none sm:px-6 sm:py-6 sm:pb-12 lg:px-8">
        {children}
      </main>
      <div className="fixed inset-x-0 bottom-0 z-30 border-line border-t bg-sunken pb-[env(safe-area-inset-bottom)] sm:hidden">
        <NavLinks org={organization.slug} pending={pending} bar />
      </div>
      <Shortcuts org={organization.slug} gatewayUrl={gatewayUrl} />
    </div>
  );
}
