import type { ServerRead } from '@toolgate/services/server/read';
import { CopyButton } from '@/components/ui/copy-button';
import { PageHeader } from '@/components/ui/page-header';
import { RelativeTime } from '@/components/ui/relative-time';
import { VisibleText } from '@/components/visible-text';
import { RefreshWhile } from './refresh-while';
import { ReviewList } from './review-list';
import { ServerActions } from './server-actions';
import { ServerFailure } from './server-failure';
import { ServerGrants } from './server-grants';
import { ServerSecrets } from './server-secrets';
import { ServerStatus } from './server-status';
import { ToolsTable } from './tools-table';

export interface ServerPageProps {
  org: string;
  server: ServerRead;
  /** `{GATEWAY_URL}/{org}/{server}/mcp` */
  gatewayUrl: string;
  may: { manage: boolean; review: boolean };
  /** Of a managed server: the values that it asks for. */
  asks: { name: string; label: string; help: string; optional: boolean }[];
}

export function ServerPage({ org, server, gatewayUrl, may, asks }: ServerPageProps) {
  const review = server.tools.filter((tool) => tool.state === 'quarantined' && tool.changes.length > 0);
  return (
    <>
      <PageHeader
        title={<VisibleText text={server.name} />}
        parent={{ href: `/${org}/servers`, label: 'Servers' }}
        state={<State server={server} gatewayUrl={gatewayUrl} />}
        actions={may.manage && <ServerActions org={org} server={server} />}
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-8">
        {server.status === 'failing' && server.failure && (
          <ServerFailure org={org} serverId={server.id} failure={server.failure} mayRetry={may.manage} />
        )}
        {review.length > 0 && <ReviewList org={org} tools={review} mayReview={may.review} />}
        <ToolsTable
          org={org}
          tools={server.tools}
          mayReview={may.review}
          discovering={server.status === 'discovering'}
          discovered={server.discoveredAt !== null}
        />
        <div className="grid grid-cols-[minmax(0,1fr)] gap-8 lg:grid-cols-[repeat(2,minmax(0,1fr))]">
          <ServerSecrets org={org} server={server} asks={asks} mayManage={may.manage} />
          <ServerGrants org={org} server={server} />
        </div>
      </div>
      <RefreshWhile active={server.status === 'discovering'} />
    </>
  );
}

function State({ server, gatewayUrl }: { server: ServerRead; gatewayUrl: string }) {
  const said = server.serverInfo as { name?: unknown; version?: unknown } | null;
  const itself = [said?.name, said?.version].filter((part) => typeof part === 'string').join(' ');
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <ServerStatus status={server.status} paused={server.pausedAt !== null} />
      <span className="inline-flex min-w-0 items-center gap-1">
        <span className="min-w-0 break-all font-mono text-text text-xs">{gatewayUrl}</span>
        <CopyButton value={gatewayUrl} label="Copy this server’s gateway URL" />
      </span>
      {itself && (
        <span>
          <VisibleText text={itself} />
          {server.protocolVersion && `, protocol ${server.protocolVersion}`}
        </span>
      )}
      {server.discoveredAt && (
        <span>
          tools listed <RelativeTime at={server.discoveredAt.toISOString()} />
        </span>
      )}
    </div>
  );
}
