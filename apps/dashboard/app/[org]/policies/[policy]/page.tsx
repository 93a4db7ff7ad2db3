import type { Metadata } from 'next';
import { PolicyPage } from '@/features/policy-builder/policy-page';

export const metadata: Metadata = { title: 'Policy' };

interface Props {
  params: Promise<{ org: string; policy: string }>;
  searchParams: Promise<Partial<Record<'line' | 'server' | 'call' | 'allow', string | string[]>>>;
}

export default async function Page({ params, searchParams }: Props) {
  const { org, policy } = await params;
  const { line, server, call, allow } = await searchParams;
  return <PolicyPage org={org} slug={policy} line={one(line)} server={one(server)} call={one(call)} allow={one(allow)} />;
}

const one = (value: string | string[] | undefined): string | null => (typeof value === 'string' ? value : null);
