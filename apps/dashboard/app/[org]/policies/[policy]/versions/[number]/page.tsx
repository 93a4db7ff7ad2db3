import type { Metadata } from 'next';
import { VersionPage } from '@/features/policy-builder/version-page';

export const metadata: Metadata = { title: 'Policy version' };

interface Props {
  params: Promise<{ org: string; policy: string; number: string }>;
  searchParams: Promise<{ rule?: string | string[]; view?: string | string[]; with?: string | string[] }>;
}

export default async function Page({ params, searchParams }: Props) {
  const { org, policy, number } = await params;
  const { rule, view, with: against } = await searchParams;
  return (
    <VersionPage
      org={org}
      slug={policy}
      number={Number(number)}
      rule={typeof rule === 'string' ? rule : null}
      compare={view === 'compare'}
      against={typeof against === 'string' && /^\d{1,9}$/.test(against) ? Number(against) : null}
    />
  );
}
