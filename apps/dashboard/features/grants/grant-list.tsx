import type { GrantRead } from '@toolgate/services/grant/read';
import Link from 'next/link';
import { EmptyState } from '@/components/ui/empty-state';
import { LinkButton } from '@/components/ui/link-button';
import { PageHeader } from '@/components/ui/page-header';
import { RelativeTime } from '@/components/ui/relative-time';
import { Table, TableHead, Td, Th, Tr } from '@/components/ui/table';
import { VisibleText } from '@/components/visible-text';
import { GrantState } from './grant-state';

export interface GrantListProps {
  org: string;
  grants: GrantRead[];
  revoked: boolean;
  mayAdd: boolean;
}

export function GrantList({ org, grants, revoked, mayAdd }: GrantListProps) {
  const add = mayAdd && (
    <LinkButton href={`/${org}/grants/new`} variant="primary">
      New grant
    </LinkButton>
  );
  return (
    <>
      <PageHeader
        title="Grants"
        state={
          <>
            Each is one identity’s way to your tools.{' '}
            <Link className="link" href={revoked ? `/${org}/grants` : `/${org}/grants?revoked=yes`}>
              {revoked ? 'Hide revoked' : 'Show revoked'}
            </Link>
          </>
        }
        actions={grants.length > 0 && add}
      />
      {grants.length === 0 ? (
        <EmptyState
          title="Who or what will call your tools?"
          action={add || <span className="text-muted">An owner or admin can create one.</span>}
          example="For example “cursor-laptop”, “nightly-ci” or a person’s name."
        >
          A grant gives one person, agent or CI job a token, the servers it may reach, and the policy that governs each.
        </EmptyState>
      ) : (
        <GrantTable org={org} grants={grants} />
      )}
    </>
  );
}

function GrantTable({ org, grants }: { org: string; grants: GrantRead[] }) {
  return (
    <Table label="Grants">
      <TableHead>
        <Th>Grant</Th>
        <Th>State</Th>
        <Th>Servers and policies</Th>
        <Th>Last used</Th>
        <Th>Token</Th>
        <Th>Created</Th>
      </TableHead>
      <tbody>
        {grants.map((grant) => (
          <Tr key={grant.id}>
            <Td className="whitespace-nowrap">
              <Link href={`/${org}/grants/${grant.id}`} className="rounded-[2px] font-medium hover:underline">
                {grant.label}
              </Link>
              <span className="ml-2 text-faint text-xs">{grant.kind === 'ci' ? 'CI' : grant.kind}</span>
            </Td>
            <Td>
              <GrantState state={grant.state} />
            </Td>
            <Td className="max-w-100">
              <span className="block clip font-mono text-xs">
                {grant.servers.map((one) => `${one.serverSlug} × ${one.policySlug}`).join(', ') || (
                  <span className="font-sans text-muted">none: it reaches nothing</span>
                )}
              </span>
            </Td>
            <Td className="whitespace-nowrap text-muted">
              {grant.lastUsedAt ? <RelativeTime at={grant.lastUsedAt.toISOString()} /> : 'never'}
              {grant.lastClient && (
                <>
                  {' '}
                  by <VisibleText text={grant.lastClient} />
                </>
              )}
            </Td>
            <Td mono className="text-muted">
              {grant.tokenPrefix}••••
            </Td>
            <Td className="whitespace-nowrap text-muted">
              <RelativeTime at={grant.createdAt.toISOString()} /> by {grant.createdBy}
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
