import { may } from '@toolgate/services/permission';
import { readInForce } from '@toolgate/services/policy/in-force';
import { listPolicyTests } from '@toolgate/services/policy/list-tests';
import { readPolicy } from '@toolgate/services/policy/read';
import { readShadowDifferences } from '@toolgate/services/policy/read-shadow';
import { listServers } from '@toolgate/services/server/read';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { services } from '@/server/services';
import { requireMember } from '@/server/session';
import { loadGrants } from './load-grants.ts';
import { loadTools } from './load-tools.ts';
import { governs } from './policies-page.tsx';
import { PolicyEditor } from './policy-editor.tsx';
import { loadRecordedCall } from './recorded/load-recorded-call.ts';
import { ServerChoice } from './server-choice.tsx';

interface Props {
  org: string;
  slug: string;
  /** Pointer of the place to show. */
  line: string | null;
  /** Id of the server whose tools are shown instead of those that the policy governs. */
  server: string | null;
  /** Number of an event of the log: a call to try. */
  call: string | null;
  /** Name of a tool to allow in the draft. */
  allow: string | null;
}

/** The editor of a policy. */
export async function PolicyPage({ org, slug, line, server, call, allow }: Props) {
  const { actor } = await requireMember(org);
  const [policy, servers, recorded] = await Promise.all([
    readPolicy(services(), actor, slug),
    listServers(services(), actor),
    call === null ? null : loadRecordedCall(actor, org, call),
  ]);
  if (!policy) notFound();
  const governed = [...new Set(policy.uses.map(({ serverId }) => serverId))];
  const [only] = servers;
  // A new policy governs nothing yet: with one server there is nothing to choose.
  const usual = governed.length > 0 ? governed : servers.length === 1 && only ? [only.id] : [];
  // A call of the log may be of a server that the policy governs no more.
  const called = recorded?.ok ? servers.filter(({ id }) => id === recorded.call.serverId).map(({ id }) => id) : [];
  const shown = server ? [server] : [...usual, ...called];
  const { shadow } = policy;
  const [tools, grants, tests, { inForce, gateways }, differences] = await Promise.all([
    loadTools(actor, shown),
    loadGrants(actor, policy.id),
    listPolicyTests(services(), actor, policy.id),
    readInForce(services(), actor),
    shadow && readShadowDifferences(services(), actor, { policyId: policy.id, version: shadow.version }),
  ]);
  return (
    <PolicyEditor
      key={policy.id}
      organization={org}
      policy={{ id: policy.id, slug: policy.slug, name: policy.name }}
      saved={{ version: policy.currentVersion, source: policy.source }}
      tools={tools}
      grants={grants}
      tests={tests.map(({ id, name, call, expected }) => ({ id, name, call, expected }))}
      shadow={shadow && differences && { ...shadow, until: shadow.until.toISOString(), differences }}
      newest={policy.newestVersion}
      mayManage={may(actor, 'policy.manage')}
      mayOverride={may(actor, 'policy.override_tests')}
      inForce={inForce}
      gateways={gateways}
      asked={{ line, call: recorded, allow }}
      header={{
        title: policy.name,
        parent: { href: `/${org}/policies`, label: 'Policies' },
        state: (
          <>
            Governs {governs(policy)}.{' '}
            <Link href={`/${org}/policies/${policy.slug}/versions`} className="link">
              Versions
            </Link>
          </>
        ),
      }}
      serverChoice={
        <ServerChoice
          servers={servers.map(({ id, name }) => ({ id, name }))}
          governed={governed.length}
          chosen={server ?? (governed.length === 0 ? (shown[0] ?? '') : '')}
        />
      }
    />
  );
}
