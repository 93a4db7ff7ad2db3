import { may } from '@toolgate/services/permission';
import { listVersions, readPolicy } from '@toolgate/services/policy/read';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { LinkButton } from '@/components/ui/link-button';
import { PageHeader } from '@/components/ui/page-header';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowActions, Table, TableHead, Td, Th, Tr } from '@/components/ui/table';
import { services } from '@/server/services';
import { requireMember } from '@/server/session';
import { RestoreButton } from './restore-button.tsx';

const PAGE = 100;

/** Every version of a policy, newest first. `before`: only older ones. */
export async function VersionsPage({ org, slug, before }: { org: string; slug: string; before: number | null }) {
  const { actor } = await requireMember(org);
  const policy = await readPolicy(services(), actor, slug);
  if (!policy) notFound();
  const versions = await listVersions(services(), actor, { policyId: policy.id, limit: PAGE, ...(before === null ? {} : { before }) });
  const here = `/${org}/policies/${policy.slug}`;
  const last = versions.at(-1);
  const mayManage = may(actor, 'policy.manage');
  return (
    <>
      <PageHeader
        title={`Versions of ${policy.name}`}
        parent={{ href: here, label: policy.name }}
        state="A version is never changed. Restoring one publishes it again as a new version."
      />
      <Table label="Versions">
        <TableHead>
          <Th>Version</Th>
          <Th>Message</Th>
          <Th className="max-sm:hidden">By</Th>
          <Th>When</Th>
          <Th className="max-sm:hidden">
            <span className="sr-only">Actions</span>
          </Th>
        </TableHead>
        <tbody>
          {versions.map(({ number, message, authorName, createdAt, withdrawnBy }) => (
            <Tr key={number}>
              <Td className="whitespace-nowrap">
                <Link href={`${here}/versions/${number}`} className="font-medium hover:underline">
                  {number}
                </Link>
                {number === policy.currentVersion && (
                  <span className="ml-2 rounded-[4px] border border-accent px-1 text-accent text-xs">in force</span>
                )}
                {number === policy.shadow?.version && (
                  <span className="ml-2 rounded-[4px] border border-line-strong border-dashed px-1 text-muted text-xs">in shadow</span>
                )}
                {withdrawnBy !== null && (
                  <span className="ml-2 text-muted text-xs" title={`Withdrawn by ${withdrawnBy}: it never took force`}>
                    withdrawn
                  </span>
                )}
              </Td>
              <Td className="max-w-120 max-sm:max-w-28">
                <span className="clip block" title={message}>
                  {message || <span className="text-faint">no message</span>}
                </span>
              </Td>
              <Td className="clip max-w-48 max-sm:hidden">{authorName}</Td>
              <Td className="whitespace-nowrap text-muted">
                <RelativeTime at={createdAt.toISOString()} />
              </Td>
              <Td className="max-sm:hidden">
                {number !== policy.currentVersion && (
                  <RowActions>
                    <LinkButton size="sm" variant="quiet" href={`${here}/versions/${number}?view=compare`}>
                      Compare
                    </LinkButton>
                    {mayManage && <RestoreButton organization={org} policy={policy} number={number} size="sm" />}
                  </RowActions>
                )}
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
      {last && last.number > 1 && versions.length === PAGE && (
        <div className="mt-3 flex justify-end">
          <LinkButton size="sm" href={`${here}/versions?before=${last.number}`}>
            Older versions
          </LinkButton>
        </div>
      )}
    </>
  );
}
