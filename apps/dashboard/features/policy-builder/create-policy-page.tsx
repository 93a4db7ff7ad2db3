import { may } from '@toolgate/services/permission';
import { listServers } from '@toolgate/services/server/read';
import { Callout } from '@/components/ui/callout';
import { PageHeader } from '@/components/ui/page-header';
import { services } from '@/server/services';
import { requireMember } from '@/server/session';
import { CreatePolicyForm } from './create-policy-form.tsx';
import { loadTools } from './load-tools.ts';

/** A name and what to start from. `server`: id of the server to start with. */
export async function CreatePolicyPage({ org, server }: { org: string; server: string | null }) {
  const { actor } = await requireMember(org);
  const servers = await listServers(services(), actor);
  const starts = await Promise.all(
    servers.map(async ({ id, name }) => ({
      id,
      name,
      tools: (await loadTools(actor, [id])).map((tool) => ({ name: tool.name, category: tool.category })),
    })),
  );
  return (
    <div className="max-w-160">
      <PageHeader
        title="Create policy"
        parent={{ href: `/${org}/policies`, label: 'Policies' }}
        state="It governs nothing until a grant is given it."
      />
      {may(actor, 'policy.manage') ? (
        <CreatePolicyForm
          organization={org}
          servers={starts}
          chosen={server ?? (starts.find(({ tools }) => tools.length > 0) ?? starts[0])?.id ?? null}
        />
      ) : (
        <Callout title="You may not create policies">Ask an owner, admin or policy manager of the organization.</Callout>
      )}
    </div>
  );
}
