import { listGrants } from '@toolgate/services/grant/read';
import { may } from '@toolgate/services/permission';
import type { Metadata } from 'next';
import { GrantList } from '@/features/grants/grant-list';
import { services } from '@/server/services';
import { requireMember } from '@/server/session';

export const metadata: Metadata = { title: 'Grants' };

type Props = { params: Promise<{ org: string }>; searchParams: Promise<{ revoked?: string }> };

export default async function GrantsPage({ params, searchParams }: Props) {
  const { org } = await params;
  const revoked = (await searchParams).revoked === 'yes';
  const { actor } = await requireMember(org);
  return (
    <GrantList org={org} revoked={revoked} grants={await listGrants(services(), actor, { revoked })} mayAdd={may(actor, 'grant.manage')} />
  );
}
