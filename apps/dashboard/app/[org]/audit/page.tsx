import type { Metadata } from 'next';
import { AuditPage } from '@/features/audit/audit-page';
import type { Query } from '@/features/audit/load-audit';

export const metadata: Metadata = { title: 'Audit' };

export default async function Page({ params, searchParams }: { params: Promise<{ org: string }>; searchParams: Promise<Query> }) {
  return <AuditPage org={(await params).org} query={await searchParams} />;
}
