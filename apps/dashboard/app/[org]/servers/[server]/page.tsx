import { findManagedServer } from '@toolgate/catalogue/managed';
import { may } from '@toolgate/services/permission';
import { readServer } from '@toolgate/services/server/read';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { env } from '@/env';
import { ServerPage } from '@/features/servers/server-page';
import { services } from '@/server/services';
import { requireMember } from '@/server/session';

export const metadata: Metadata = { title: 'Server' };

export default async function Page({ params }: { params: Promise<{ org: string; server: string }> }) {
  const { org, server: slug } = await params;
  const { actor } = await requireMember(org);
  const server = await readServer(services(), actor, slug);
  if (!server) notFound();
  return (
    <ServerPage
      org={org}
      server={server}
      gatewayUrl={`${env().gatewayUrl}/${org}/${server.slug}/mcp`}
      may={{ manage: may(actor, 'server.manage'), review: may(actor, 'tool.review') }}
      asks={server.managed ? (findManagedServer(server.managed)?.secrets ?? []) : []}
    />
  );
}
