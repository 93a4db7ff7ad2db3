import Link from 'next/link';
import type { ReactNode } from 'react';

/** Title, one line of state, one primary action at the right. */
export function PageHeader({
  title,
  state,
  actions,
  parent,
  mono = false,
}: {
  title: ReactNode;
  state?: ReactNode;
  actions?: ReactNode;
  /** The list that this page is an entry of. */
  parent?: { href: string; label: string };
  mono?: boolean;
}) {
  return (
    <header className="mb-5 flex flex-wrap items-start gap-x-6 gap-y-3">
      <div className="min-w-0 flex-1 basis-72">
        {parent && (
          <Link href={parent.href} className="mb-0.5 inline-block rounded-[2px] text-muted text-sm hover:text-text">
            ← {parent.label}
          </Link>
        )}
        <h1 className={mono ? 'break-all font-mono text-xl' : 'text-xl'}>{title}</h1>
        {state && <div className="mt-1 text-muted text-sm">{state}</div>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}
