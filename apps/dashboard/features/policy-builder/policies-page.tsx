import { may } from '@toolgate/services/permission';
import { listPolicies, type PolicySummary } from '@toolgate/services/policy/read';
import Link from 'next/link';
import { EmptyState } from '@/components/ui/empty-state';
import { LinkButton } from '@/components/ui/link-button';
import { PageHeader } from '@/components/ui/page-header';
import { RelativeTime } from '@/components/ui/relative-time';
import { Table, TableHead, Td, Th, Tr } from '@/components/ui/table';
import { services } from '@/server/services';
import { requireMember } from '@/server/session';

/** All policies, what each governs, and since when. */
export async function PoliciesPage({ org }: { org: string }) {
  const { actor } = await requireMember(org);
  const policies = await listPolicies(services(), actor);
  const create = may(actor, 'policy.manage') && (
    <LinkButton variant="primary" href={`/${org}/policies/new`}>
      Create policy
    </LinkButton>
  );
  return (
    <>
      <PageHeader
        title="Policies"
        state="What each grant may call, and how often. Every save is a version that can be restored."
        actions={policies.length > 0 && create}
      />
      {policies.length === 0 ? (
        <EmptyState
          title="No policy yet"
          action={create}
          example={<span className="font-mono text-xs">image_to_image is allowed, at most 30 calls per minute per grant.</span>}
        >
          A policy says which tools a grant may call. Without one, every call is denied.
        </EmptyState>
      ) : (
        <Table label="Policies">
          <TableHead>
            <Th>Name</Th>
            <Th>In force</Th>
            <Th>Governs</Th>
            <Th className="max-md:hidden">Published</Th>
            <Th className="max-md:hidden">By</Th>
          </TableHead>
          <tbody>
            {policies.map((policy) => (
              <Tr key={policy.id}>
                <Td className="max-w-80">
                  <Link href={`/${org}/policies/${policy.slug}`} className="clip block font-medium hover:underline">
                    {policy.name}
                  </Link>
                </Td>
                <Td className="whitespace-nowrap">
                  <Link href={`/${org}/policies/${policy.slug}/versions`} className="link">
                    version {policy.currentVersion}
                  </Link>
                </Td>
                <Td className="max-w-80 max-sm:max-w-32">
                  <span className="clip block" title={governs(policy)}>
                    {governs(policy)}
                  </span>
                </Td>
                <Td className="whitespace-nowrap text-muted max-md:hidden">
                  <RelativeTime at={policy.publishedAt.toISOString()} />
                </Td>
                <Td className="clip max-w-48 text-muted max-md:hidden">{policy.publishedBy}</Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      )}
    </>
  );
}

/** `2 grants on wavespeed`, or that nothing is governed by it yet. */
export function governs({ uses }: Pick<PolicySummary, 'uses'>): string {
  const grants = new Set(uses.map(({ grantId }) => grantId)).size;
  if (grants === 0) return 'no grant yet';
  const servers = [...new Set(uses.map(({ server }) => server))];
  const on = servers.length > 3 ? `${servers.length} servers` : servers.join(', ');
  return `${grants} ${grants === 1 ? 'grant' : 'grants'} on ${on}`;
}
