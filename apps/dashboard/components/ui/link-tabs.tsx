import Link from 'next/link';
import type { ReactNode } from 'react';
import { tabClass } from './tab-class';

/** Parts of one thing that have an address each. */
export function LinkTabs({
  label,
  tabs,
  current,
}: {
  label: string;
  tabs: readonly { href: string; label: ReactNode }[];
  current: string;
}) {
  return (
    <nav aria-label={label} className="flex gap-4 overflow-x-auto border-line border-b">
      {tabs.map((tab) => (
        <Link key={tab.href} href={tab.href} aria-current={tab.href === current ? 'page' : undefined} className={tabClass}>
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
