import type { ServerSummary } from '@toolgate/services/server/read';
import Link from 'next/link';
import { EmptyState } from '@/components/ui/empty-state';
import { LinkButton } from '@/components/ui/link-button';
import { PageHeader } from '@/components/ui/page-header';
import { RelativeTime } from '@/components/ui/relative-time';
import { Table, TableHead, Td, Th, Tr } from '@/components/ui/table';
import { VisibleText } from '@/components/visible-text';
import { RefreshWhile } from './refresh-while';
import { ServerStatus } from './server-status';

export function ServerList({ org, servers, mayAdd }: { org: string; servers: ServerSummary[]; mayAdd: boolean }) {
  const add = mayAdd && (
    <LinkButton href={`/${org}/servers/new`} variant="primary">
      Add server
    </LinkButton>
  );
  return (
    <>
      <PageHeader title="Servers" state={stateOf(servers)} actions={servers.length > 0 && add} />
      {servers.length === 0 ? (
        <EmptyState
          title="No server yet"
          action={add || <span className="text-muted">An owner or admin can add one.</span>}
          example={<>For example https://mcp.example.com/mcp, or the WavespeedMCP demo, which needs no key.</>}
        >
          Register an MCP server. Its tools are listed and classified by risk; none can be called before a policy allows it.
        </EmptyState>
      ) : (
        <ServerTable org={org} servers={servers} />
      )}
      <RefreshWhile active={servers.some(({ status }) => status === 'discovering')} />
    </>
  );
}

function ServerTable({ org, servers }: { org: string; servers: ServerSummary[] }) {
  return (
    <Table label="Servers">
      <TableHead>
        <Th>Server</Th>
        <Th>Status</Th>
        <Th align="right">Tools</Th>
        <Th align="right">Grants</Th>
        <Th>Where</Th>
        <Th>Tools listed</Th>
      </TableHead>
      <tbody>
        {servers.map((server) => (
          <Tr key={server.id}>
            <Td>
              <Link
                href={`/${org}/servers/${server.slug}`}
                className="inline-flex items-baseline gap-2 whitespace-nowrap rounded-[2px] hover:underline"
              >
                <span className="font-medium font-mono">{server.slug}</span>
                <span className="text-muted">
                  <VisibleText text={server.name} />
                </span>
              </Link>
            </Td>
            <Td>
              <ServerStatus status={server.status} paused={server.pausedAt !== null} />
            </Td>
            <Td align="right" className="whitespace-nowrap">
              {server.toolCounts.quarantined > 0 && (
                <span className="mr-2 font-medium text-pending">{server.toolCounts.quarantined} to review</span>
              )}
              {server.toolCounts.active}
            </Td>
            <Td align="right">{server.grantCount}</Td>
            <Td className="max-w-80">
              <span className="block clip font-mono text-muted text-xs" title={server.url ?? undefined}>
                {server.url ?? `run by Toolgate: ${server.managed}`}
              </span>
            </Td>
            <Td className="whitespace-nowrap text-muted">
              {server.discoveredAt ? <RelativeTime at={server.discoveredAt.toISOString()} /> : 'not yet'}
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}

function stateOf(servers: ServerSummary[]): string {
  if (servers.length === 0) return 'What agents can reach, once a grant and a policy say so';
  const tools = servers.reduce((sum, server) => sum + server.toolCounts.active, 0);
  const review = servers.reduce((sum, server) => sum + server.toolCounts.quarantined, 0);
  const failing = servers.filter((server) => server.status === 'failing').length;
  return [
    `${servers.length} ${servers.length === 1 ? 'server' : 'servers'}`,
    `${tools} tools`,
    review > 0 && `${review} to review`,
    failing > 0 && `${failing} failing`,
  ]
    .filter(Boolean)
    .join(', ');
}
