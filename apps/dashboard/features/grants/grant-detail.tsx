import 'server-only';
import { readGrant } from '@toolgate/services/grant/read';
import { may } from '@toolgate/services/permission';
import { listPolicies } from '@toolgate/services/policy/read';
import { listServers } from '@toolgate/services/server/read';
import { notFound } from 'next/navigation';
import { env } from '@/env';
import { services } from '@/server/services';
import { requireMember } from '@/server/session';
import { grantProgressAction } from './actions';
import { GrantPage } from './grant-page';

export async function GrantDetail({ org, grantId }: { org: string; grantId: string }) {
  const { actor } = await requireMember(org);
  const [grant, progress, servers, policies] = await Promise.all([
    readGrant(services(), actor, grantId),
    grantProgressAction(org, grantId),
    listServers(services(), actor),
    listPolicies(services(), actor),
  ]);
  if (!grant || !progress) notFound();
  return (
    <GrantPage
      org={org}
      grant={grant}
      progress={progress}
      gatewayUrl={`${env().gatewayUrl}/${org}/mcp`}
      servers={servers.map(({ id, slug, name }) => ({ id, slug, name }))}
      policies={policies.map(({ id, slug, name, currentVersion }) => ({ id, slug, name, currentVersion }))}
      may={{ manage: may(actor, 'grant.manage'), pause: may(actor, 'grant.pause') }}
    />
  );
}
