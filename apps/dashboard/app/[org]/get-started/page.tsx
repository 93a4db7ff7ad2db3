import type { Metadata } from 'next';
import { GetStarted } from '@/features/get-started/get-started';

export const metadata: Metadata = { title: 'Get started' };

export default async function GetStartedPage({ params }: { params: Promise<{ org: string }> }) {
  return <GetStarted org={(await params).org} />;
}
