import type { Metadata } from 'next';
import { PageHeader } from '@/components/ui/page-header';
import { NewGrantStart } from '@/features/grants/new-grant-start';

export const metadata: Metadata = { title: 'New grant' };

type Props = { params: Promise<{ org: string }>; searchParams: Promise<{ server?: string; policy?: string }> };

export default async function NewGrantPage({ params, searchParams }: Props) {
  const { org } = await params;
  return (
    <>
      <PageHeader title="New grant" parent={{ href: `/${org}/grants`, label: 'Grants' }} />
      <NewGrantStart org={org} wanted={await searchParams} />
    </>
  );
}
