import type { Metadata } from 'next';
import { OverviewPage } from '@/features/overview/overview-page';

export const metadata: Metadata = { title: 'Overview' };

export default async function Page({ params }: { params: Promise<{ org: string }> }) {
  return <OverviewPage org={(await params).org} />;
}
