import type { Metadata } from 'next';
import { ApprovalsPage } from '@/features/approvals/approvals-page';

export const metadata: Metadata = { title: 'Approval' };

/** Of one request: what its caller, webhooks and people link to. */
export default async function Page({ params }: { params: Promise<{ org: string; approval: string }> }) {
  const { org, approval } = await params;
  return <ApprovalsPage org={org} approvalId={approval} />;
}
