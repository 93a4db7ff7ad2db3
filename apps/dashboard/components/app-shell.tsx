'use client';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { AccountMenu } from './shell/account-menu';
import { GatewayAddress } from './shell/gateway-address';
import { NavLinks } from './shell/nav-links';
import { OrganizationMenu } from './shell/organization-menu';
import { Shortcuts } from './shell/shortcuts';

export interface ShellProps {
  organization: { slug: string; name: string; pausedAt: string | null };
  organizations: { slug: string; name: string }[];
  user: { name: string; email: string };
  /** `{GATEWAY_URL}/{org}/mcp` */
  gatewayUrl: string;
  children: ReactNode;
}

/** The frame of every page of an organization: rail at the left, icons below 1024 px, a bar at the bottom below 640 px. */
export function AppShell({ organization, organizations, user, gatewayUrl, children }: ShellProps) {
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
        <NavLinks org={organization.slug} />
        <div className="mt-auto grid grid-cols-[minmax(0,1fr)] gap-2">
          <GatewayAddress url={gatewayUrl} />
          <AccountMenu org={organization.slug} user={user} />
        </div>
      </header>
      <header className="flex h-12 items-center justify-between gap-2 border-line border-b bg-sunken px-3 sm:hidden">
        <OrganizationMenu organization={organization} organizations={organizations} wide />
        <AccountMenu org={organization.slug} user={user} compact />
      </header>
      {organization.pausedAt && (
        <div
          role="status"
          className="flex flex-wrap items-center gap-x-3 gap-y-1 border-limited/45 border-b bg-limited-tint px-4 py-2 text-sm sm:px-6"
        >
          <span>
            <strong className="font-semibold">Everything is paused.</strong> Every call of this organization is denied until it is resumed.
          </span>
          <Link href={`/${organization.slug}/settings`} className="link">
            Resume in settings
          </Link>
        </div>
      )}
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-360 px-4 py-5 pb-24 outline-none sm:px-6 sm:py-6 sm:pb-12 lg:px-8">
        {children}
      </main>
      <div className="fixed inset-x-0 bottom-0 z-30 border-line border-t bg-sunken pb-[env(safe-area-inset-bottom)] sm:hidden">
        <NavLinks org={organization.slug} bar />
      </div>
      <Shortcuts org={organization.slug} gatewayUrl={gatewayUrl} />
    </div>
  );
}
