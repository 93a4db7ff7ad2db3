import Link from 'next/link';
import type { ReactNode } from 'react';
import { GateMark } from '@/components/gate-mark';

/** The page around the sign-up and sign-in forms. */
export function AccountFrame({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <main className="mx-auto grid min-h-dvh w-full max-w-96 content-start px-4 pt-[max(3rem,14vh)] pb-12">
      <Link href="/" className="mb-8 inline-flex w-fit items-center gap-2 rounded-control font-semibold text-lg">
        <GateMark className="size-5 text-accent" />
        Toolgate
      </Link>
      <h1 className="text-2xl">{title}</h1>
      <p className="mt-1.5 mb-6 text-muted">{lead}</p>
      {children}
    </main>
  );
}
