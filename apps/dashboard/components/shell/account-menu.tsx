'use client';
import { LogOut, Settings } from 'lucide-react';
import Link from 'next/link';
import { signOut } from 'next-auth/react';
import { Menu, MenuItem, MenuLabel, MenuLink, MenuSeparator } from '../ui/menu';

export function AccountMenu({ org, user, compact = false }: { org: string; user: { name: string; email: string }; compact?: boolean }) {
  const initials = user.name
    .split(/\s+/)
    .map((word) => [...word][0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase();
  return (
    <Menu
      align={compact ? 'end' : 'start'}
      side={compact ? 'bottom' : 'top'}
      trigger={
        <button
          type="button"
          className={`flex h-9 min-w-0 items-center gap-2 rounded-control px-1.5 text-left hover:bg-hover ${compact ? '' : 'max-lg:justify-center max-lg:px-0'}`}
        >
          <span
            aria-hidden="true"
            className="inline-flex size-6 shrink-0 items-center justify-center rounded-full border border-line-strong bg-surface font-medium text-[0.6875rem]"
          >
            {initials}
          </span>
          <span className={compact ? 'sr-only' : 'min-w-0 flex-1 clip text-muted text-sm max-lg:sr-only'}>{user.name}</span>
          <span className="sr-only">, your account</span>
        </button>
      }
    >
      <MenuLabel>{user.email}</MenuLabel>
      <MenuLink>
        <Link href={`/${org}/settings`}>
          <Settings aria-hidden="true" /> Settings and theme
        </Link>
      </MenuLink>
      <MenuSeparator />
      <MenuItem icon={<LogOut aria-hidden="true" />} onSelect={() => void signOut({ callbackUrl: '/' })}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
