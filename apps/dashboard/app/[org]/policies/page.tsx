import type { Metadata } from 'next';
import { PoliciesPage } from '@/features/policy-builder/policies-page';

export const metadata: Metadata = { title: 'Policies' };

export default async function Page({ params }: { params: Promise<{ org: string }> }) {
  return <PoliciesPage org={(await params).org} />;
}
