import type { Metadata } from 'next';
import { ApprovalsPage } from '@/features/approvals/approvals-page';

export const metadata: Metadata = { title: 'Approvals' };

type Props = { params: Promise<{ org: string }>; searchParams: Promise<{ view?: string }> };

export default async function Page({ params, searchParams }: Props) {
  return <ApprovalsPage org={(await params).org} view={(await searchParams).view} />;
}
