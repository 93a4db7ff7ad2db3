import { may } from '@toolgate/services/permission';
import { listServers } from '@toolgate/services/server/read';
import type { Metadata } from 'next';
import { ServerList } from '@/features/servers/server-list';
import { services } from '@/server/services';
import { requireMember } from '@/server/session';

export const metadata: Metadata = { title: 'Servers' };

export default async function ServersPage({ params }: { params: Promise<{ org: string }> }) {
  const { org } = await params;
  const { actor } = await requireMember(org);
  return <ServerList org={org} servers={await listServers(services(), actor)} mayAdd={may(actor, 'server.manage')} />;
}
