'use client';
import { ChevronsUpDown } from 'lucide-react';
import Link from 'next/link';
import { GateMark } from '../gate-mark';
import { Menu, MenuLabel, MenuLink } from '../ui/menu';

interface Organization {
  slug: string;
  name: string;
}

/** Which organization is looked at, and the way to the others. `wide`: with its name on a phone too. */
export function OrganizationMenu({
  organization,
  organizations,
  wide = false,
}: {
  organization: Organization;
  organizations: Organization[];
  wide?: boolean;
}) {
  const hidden = wide ? '' : 'max-lg:hidden';
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          aria-label={`${organization.name}, switch organization`}
          className={`flex h-9 min-w-0 items-center gap-2 rounded-control px-2 text-left hover:bg-hover ${wide ? '' : 'max-lg:justify-center max-lg:px-0'}`}
        >
          <GateMark className="size-4.5 shrink-0 text-accent" />
          <span className={`min-w-0 flex-1 clip font-semibold ${hidden}`}>{organization.name}</span>
          <ChevronsUpDown aria-hidden="true" className={`size-3.5 shrink-0 text-faint ${hidden}`} />
        </button>
      }
    >
      <MenuLabel>Organizations</MenuLabel>
      {organizations.map(({ slug, name }) => (
        <MenuLink key={slug}>
          <Link href={`/${slug}`}>
            <span className="min-w-0 flex-1 clip">{name}</span>
            <span className="font-mono text-faint text-xs">{slug}</span>
          </Link>
        </MenuLink>
      ))}
    </Menu>
  );
}
