import { MANAGED_SERVERS } from '@toolgate/catalogue/managed';
import { may } from '@toolgate/services/permission';
import type { Metadata } from 'next';
import { Forbidden } from '@/components/forbidden';
import { PageHeader } from '@/components/ui/page-header';
import { AddServer } from '@/features/servers/add-server';
import { requireMember } from '@/server/session';

export const metadata: Metadata = { title: 'Add a server' };

export default async function NewServerPage({ params }: { params: Promise<{ org: string }> }) {
  const { org } = await params;
  const { actor } = await requireMember(org);
  return (
    <>
      <PageHeader title="Add a server" parent={{ href: `/${org}/servers`, label: 'Servers' }} />
      {may(actor, 'server.manage') ? <AddServer org={org} managed={[...MANAGED_SERVERS]} /> : <Forbidden needs="an owner or admin" />}
    </>
  );
}
