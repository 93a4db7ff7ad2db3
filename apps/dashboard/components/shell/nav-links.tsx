'use client';
import { ChartNoAxesColumn, KeyRound, ListTree, type LucideIcon, Play, ScrollText, Server, Settings, UserCheck } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { classNames } from '../class-names';

export interface NavItem {
  path: string;
  label: string;
  icon: LucideIcon;
  /** Second key after G. */
  key: string;
}

export const NAV_ITEMS: readonly NavItem[] = [
  { path: '/get-started', label: 'Get started', icon: Play, key: 'b' },
  { path: '', label: 'Overview', icon: ChartNoAxesColumn, key: 'o' },
  { path: '/servers', label: 'Servers', icon: Server, key: 's' },
  { path: '/policies', label: 'Policies', icon: ListTree, key: 'p' },
  { path: '/grants', label: 'Grants', icon: KeyRound, key: 'r' },
  { path: '/approvals', label: 'Approvals', icon: UserCheck, key: 'v' },
  { path: '/audit', label: 'Audit', icon: ScrollText, key: 'a' },
  { path: '/settings', label: 'Settings', icon: Settings, key: 't' },
];

/** `bar`: along the bottom of a phone, where the account menu has the settings. `pending`: requests for approval that wait. */
export function NavLinks({ org, pending, bar = false }: { org: string; pending: number; bar?: boolean }) {
  const pathname = usePathname();
  return (
    <nav aria-label="Main" className={bar ? 'grid grid-cols-7' : 'grid gap-0.5'}>
      {NAV_ITEMS.filter(({ path }) => !bar || path !== '/settings').map(({ path, label, icon: Icon }) => {
        const href = `/${org}${path}`;
        const waiting = path === '/approvals' ? pending : 0;
        const current = path === '' ? pathname === href : pathname === href || pathname.startsWith(`${href}/`);
        return (
          <Link
            key={path}
            href={href}
            aria-current={current ? 'page' : undefined}
            title={label}
            className={classNames(
              'flex items-center text-muted -outline-offset-2 transition-colors duration-120 hover:text-text aria-[current=page]:font-medium',
              bar
                ? 'h-14 flex-col justify-center gap-0.5 text-[0.625rem] aria-[current=page]:text-accent aria-[current=page]:shadow-[inset_0_2px_0_var(--color-accent)]'
                : 'h-8 rounded-control gap-2.5 px-2.5 hover:bg-hover aria-[current=page]:bg-surface aria-[current=page]:text-text aria-[current=page]:shadow-[inset_2px_0_0_var(--color-accent),0_0_0_1px_var(--color-line)] max-lg:justify-center max-lg:px-0',
            )}
          >
            <span className="relative">
              <Icon aria-hidden="true" className="size-4 shrink-0" strokeWidth={1.75} />
              {waiting > 0 && (
                <span
                  aria-hidden="true"
                  className={classNames('-top-1 -right-1 absolute size-2 rounded-full bg-pending', !bar && 'lg:hidden')}
                />
              )}
            </span>
            <span className={bar ? 'max-w-full clip max-[22rem]:sr-only' : 'max-lg:sr-only'}>
              {bar && label === 'Get started' ? 'Start' : label}
              {waiting > 0 && <span className="sr-only">, {waiting} waiting</span>}
            </span>
            {waiting > 0 && !bar && (
              <span
                aria-hidden="true"
                className="ml-auto rounded-full bg-pending-tint px-1.5 font-medium text-pending text-xs tabular-nums max-lg:hidden"
              >
                {waiting}
              </span>
            )}
          </Link>
        );
      })}
    </nav>
  );
}
