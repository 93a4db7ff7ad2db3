import type { Metadata } from 'next';
import { CreatePolicyPage } from '@/features/policy-builder/create-policy-page';

export const metadata: Metadata = { title: 'Create policy' };

interface Props {
  params: Promise<{ org: string }>;
  searchParams: Promise<{ server?: string | string[] }>;
}

export default async function Page({ params, searchParams }: Props) {
  const { server } = await searchParams;
  return <CreatePolicyPage org={(await params).org} server={typeof server === 'string' ? server : null} />;
}
