import type { Metadata } from 'next';
import { PolicyPage } from '@/features/policy-builder/policy-page';

export const metadata: Metadata = { title: 'Policy' };

interface Props {
  params: Promise<{ org: string; policy: string }>;
  searchParams: Promise<{ line?: string | string[]; server?: string | string[] }>;
}

export default async function Page({ params, searchParams }: Props) {
  const { org, policy } = await params;
  const { line, server } = await searchParams;
  return (
    <PolicyPage org={org} slug={policy} line={typeof line === 'string' ? line : null} server={typeof server === 'string' ? server : null} />
  );
}
