import type { Metadata } from 'next';
import { VersionsPage } from '@/features/policy-builder/versions-page';

export const metadata: Metadata = { title: 'Policy versions' };

interface Props {
  params: Promise<{ org: string; policy: string }>;
  searchParams: Promise<{ before?: string | string[] }>;
}

export default async function Page({ params, searchParams }: Props) {
  const { org, policy } = await params;
  const before = Number((await searchParams).before);
  return <VersionsPage org={org} slug={policy} before={Number.isSafeInteger(before) && before > 0 && before < 2 ** 31 ? before : null} />;
}
