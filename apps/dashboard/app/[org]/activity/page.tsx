import type { Metadata } from 'next';
import { ActivityPage } from '@/features/audit/audit-page';
import type { Query } from '@/features/audit/load-audit';

export const metadata: Metadata = { title: 'Activity' };

export default async function Page({ params, searchParams }: { params: Promise<{ org: string }>; searchParams: Promise<Query> }) {
  return <ActivityPage org={(await params).org} query={await searchParams} />;
}
