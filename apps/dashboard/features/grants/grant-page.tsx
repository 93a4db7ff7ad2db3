import type { GrantRead } from '@toolgate/services/grant/read';
import { GrantLimits } from '@/components/limits/grant-limits';
import { Callout } from '@/components/ui/callout';
import { CopyButton } from '@/components/ui/copy-button';
import { LinkButton } from '@/components/ui/link-button';
import { PageHeader } from '@/components/ui/page-header';
import { RelativeTime } from '@/components/ui/relative-time';
import { Connect } from './connect';
import { FirstCall } from './first-call';
import { GrantActions } from './grant-actions';
import { GrantServersPanel } from './grant-servers-panel';
import { GrantState } from './grant-state';
import type { GrantProgress } from './progress';
import type { PolicyOption, ServerOption } from './server-choice';

export interface GrantPageProps {
  org: string;
  grant: GrantRead;
  progress: GrantProgress;
  /** `{GATEWAY_URL}/{org}/mcp` */
  gatewayUrl: string;
  servers: ServerOption[];
  policies: PolicyOption[];
  may: { manage: boolean; pause: boolean };
}

export function GrantPage({ org, grant, progress, gatewayUrl, servers, policies, may }: GrantPageProps) {
  return (
    <>
      <PageHeader
        title={grant.label}
        parent={{ href: `/${org}/grants`, label: 'Grants' }}
        state={<State grant={grant} />}
        actions={grant.state !== 'revoked' && <GrantActions org={org} grant={grant} may={may} />}
      />
      {grant.state === 'revoked' && (
        <Callout title="This grant was revoked.">
          Its token is answered as if it had never existed. What it did stays in the audit log.
        </Callout>
      )}
      {grant.state === 'paused' && (
        <Callout tone="limited" title="This grant is paused.">
          Every call with it is denied until it is resumed.
        </Callout>
      )}
      {grant.state === 'expired' && (
        <Callout tone="denied" title="This grant has expired.">
          Create a new one, with a later end.
        </Callout>
      )}
      <div className="mt-5 grid grid-cols-[minmax(0,1fr)] gap-8 xl:grid-cols-[minmax(0,1fr)_22rem]">
        {grant.state !== 'revoked' && (
          <section aria-labelledby="connect-heading" className="min-w-0">
            <h2 id="connect-heading" className="mb-1 text-lg">
              Connect a client
            </h2>
            <p className="mb-3 flex min-w-0 items-center gap-1 text-sm">
              <span className="min-w-0 break-all font-mono">{gatewayUrl}</span>
              <CopyButton value={gatewayUrl} label="Copy gateway URL" />
            </p>
            {grant.servers.length > 1 && <ServerAddresses gatewayUrl={gatewayUrl} servers={grant.servers} />}
            <Connect org={org} url={gatewayUrl} />
          </section>
        )}
        <div className="grid content-start gap-6">
          {grant.state !== 'revoked' && <FirstCall org={org} grantId={grant.id} initial={progress} />}
          {grant.state !== 'revoked' && <GrantLimits org={org} grantId={grant.id} />}
          <GrantServersPanel
            org={org}
            grant={grant}
            servers={servers}
            policies={policies}
            mayManage={may.manage && grant.state !== 'revoked'}
          />
          <LinkButton href={`/${org}/audit?q=grant:${grant.id}`} className="justify-self-start">
            See its calls in the audit log
          </LinkButton>
        </div>
      </div>
    </>
  );
}

/** One address joins all servers; each has its own besides, for clients that need a server's own names. */
function ServerAddresses({ gatewayUrl, servers }: { gatewayUrl: string; servers: GrantRead['servers'] }) {
  return (
    <details className="mb-4 text-sm">
      <summary className="cursor-pointer text-muted">
        One address for {servers.length} servers: tools are called <span className="font-mono">server__tool</span>. Or connect them one by
        one
      </summary>
      <ul className="panel mt-2 divide-y divide-line">
        {servers.map(({ serverId, serverSlug }) => {
          const url = `${gatewayUrl.replace(/\/mcp$/, '')}/${serverSlug}/mcp`;
          return (
            <li key={serverId} className="flex min-w-0 items-center gap-1 px-3 py-1">
              <span className="min-w-0 break-all font-mono">{url}</span>
              <CopyButton value={url} label={`Copy the address of ${serverSlug}`} />
            </li>
          );
        })}
      </ul>
    </details>
  );
}

function State({ grant }: { grant: GrantRead }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <GrantState state={grant.state} />
      <span>{{ person: 'Person', agent: 'Agent', ci: 'CI job' }[grant.kind]}</span>
      <span className="font-mono text-xs">{grant.tokenPrefix}••••</span>
      <span>
        created by {grant.createdBy} <RelativeTime at={grant.createdAt.toISOString()} />
      </span>
      {grant.expiresAt && (
        <span>
          {grant.state === 'expired' ? 'expired' : 'expires'} <RelativeTime at={grant.expiresAt.toISOString()} />
        </span>
      )}
    </div>
  );
}
