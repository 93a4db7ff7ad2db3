import 'server-only';
import { may } from '@toolgate/services/permission';
import { listPolicies } from '@toolgate/services/policy/read';
import { listServers } from '@toolgate/services/server/read';
import { Forbidden } from '@/components/forbidden';
import { EmptyState } from '@/components/ui/empty-state';
import { LinkButton } from '@/components/ui/link-button';
import { services } from '@/server/services';
import { requireMember } from '@/server/session';
import { NewGrant } from './new-grant';

/** The form, or what has to come first: a server, a policy. `wanted`: slugs from the address. */
export async function NewGrantStart({ org, wanted }: { org: string; wanted: { server?: string; policy?: string } }) {
  const { actor } = await requireMember(org);
  if (!may(actor, 'grant.manage')) return <Forbidden needs="an owner or admin" />;
  const [servers, policies] = await Promise.all([listServers(services(), actor), listPolicies(services(), actor)]);
  if (servers.length === 0)
    return (
      <EmptyState
        title="First add a server"
        action={
          <LinkButton href={`/${org}/servers/new`} variant="primary">
            Add server
          </LinkButton>
        }
      >
        A grant reaches servers, and there is none yet.
      </EmptyState>
    );
  if (policies.length === 0)
    return (
      <EmptyState
        title="First create a policy"
        action={
          <LinkButton href={`/${org}/policies/new`} variant="primary">
            Create policy
          </LinkButton>
        }
      >
        A policy decides what a grant may call. Without one, everything is denied.
      </EmptyState>
    );
  const server = servers.find((one) => one.slug === wanted.server) ?? (servers.length === 1 ? servers[0] : undefined);
  const policy = policies.find((one) => one.slug === wanted.policy) ?? policies[0];
  return (
    <NewGrant
      org={org}
      servers={servers.map(({ id, slug, name }) => ({ id, slug, name }))}
      policies={policies.map(({ id, slug, name, currentVersion }) => ({ id, slug, name, currentVersion }))}
      initial={server && policy ? { [server.id]: policy.id } : {}}
    />
  );
}
