import 'server-only';
import { exampleArguments } from '@toolgate/catalogue/example-arguments';
import { type CategorisedTool, recommendPolicy } from '@toolgate/catalogue/recommend';
import { readOverview } from '@toolgate/services/overview/read';
import { may } from '@toolgate/services/permission';
import { listPolicies } from '@toolgate/services/policy/read';
import { listServers, readServer } from '@toolgate/services/server/read';
import { services } from '@/server/services';
import { requireMember } from '@/server/session';
import { GetStartedSteps } from './get-started-steps';

/** Reads where the organization stands. The newest server that works and the newest policy are the ones to go on with. */
export async function GetStarted({ org }: { org: string }) {
  const { actor } = await requireMember(org);
  const s = services();
  const [overview, servers, policies] = await Promise.all([readOverview(s, actor), listServers(s, actor), listPolicies(s, actor)]);
  const byAge = servers.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  const newest = byAge.find(({ status }) => status === 'ready') ?? byAge[0];
  const server = newest ? await readServer(s, actor, newest.id) : null;
  const policy = policies.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())[0];
  const tools = (server?.tools ?? []).filter((tool) => tool.state === 'active');
  return (
    <GetStartedSteps
      org={org}
      mayManage={may(actor, 'server.manage') && may(actor, 'grant.manage')}
      server={server && { id: server.id, slug: server.slug, name: server.name, status: server.status, failure: server.failure }}
      tools={tools.map((tool) => ({
        name: tool.name,
        category: tool.category,
        sample: JSON.stringify(exampleArguments(tool.inputSchema), null, 2),
      }))}
      recommended={JSON.stringify(recommendPolicy(tools as CategorisedTool[]), null, 2)}
      policy={policy ? { id: policy.id, slug: policy.slug, name: policy.name } : null}
      called={overview.steps.call}
      granted={overview.steps.grant}
    />
  );
}
