import type { Metadata } from 'next';
import { GrantDetail } from '@/features/grants/grant-detail';

export const metadata: Metadata = { title: 'Grant' };

export default async function GrantDetailPage({ params }: { params: Promise<{ org: string; grant: string }> }) {
  const { org, grant } = await params;
  return <GrantDetail org={org} grantId={grant} />;
}
