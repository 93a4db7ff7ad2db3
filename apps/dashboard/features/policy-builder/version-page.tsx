import { may } from '@toolgate/services/permission';
import { readPolicy, readVersion } from '@toolgate/services/policy/read';
import { notFound } from 'next/navigation';
import { Callout } from '@/components/ui/callout';
import { LinkButton } from '@/components/ui/link-button';
import { LinkTabs } from '@/components/ui/link-tabs';
import { PageHeader } from '@/components/ui/page-header';
import { RelativeTime } from '@/components/ui/relative-time';
import { services } from '@/server/services';
import { requireMember } from '@/server/session';
import { LineDiff } from './line-diff-view.tsx';
import { pointerLines } from './pointer-lines.ts';
import { RestoreButton } from './restore-button.tsx';
import { VersionDocument } from './version-document.tsx';

interface Props {
  org: string;
  slug: string;
  number: number;
  /** Pointer of the rule to mark. */
  rule: string | null;
  compare: boolean;
}

/** One version as it was saved, with the line that decided marked, or compared with the one in force. */
export async function VersionPage({ org, slug, number, rule, compare }: Props) {
  const { actor } = await requireMember(org);
  const policy = await readPolicy(services(), actor, slug);
  const version = policy && (await readVersion(services(), actor, { policyId: policy.id, number }));
  if (!policy || !version) notFound();
  const here = `/${org}/policies/${policy.slug}/versions/${number}`;
  const current = number === policy.currentVersion;
  const place = rule === null ? null : pointerLines(version.source, rule);
  return (
    <>
      <PageHeader
        title={`${policy.name}, version ${number}`}
        parent={{ href: `/${org}/policies/${policy.slug}/versions`, label: 'Versions' }}
        state={
          <>
            Published <RelativeTime at={version.createdAt.toISOString()} /> by {version.authorName}
            {version.message && <>: “{version.message}”</>}. {current ? 'In force.' : `Version ${policy.currentVersion} is in force.`}
          </>
        }
        actions={
          <>
            <LinkButton href={`/${org}/policies/${policy.slug}${rule === null ? '' : `?line=${encodeURIComponent(rule)}`}`}>
              {rule === null ? 'Edit policy' : 'Edit this rule'}
            </LinkButton>
            {!current && may(actor, 'policy.manage') && <RestoreButton organization={org} policy={policy} number={number} />}
          </>
        }
      />
      {!current && (
        <div className="mb-4">
          <LinkTabs
            label="Views of this version"
            current={compare ? `${here}?view=compare` : here}
            tabs={[
              { href: here, label: 'Document' },
              { href: `${here}?view=compare`, label: `Compared with version ${policy.currentVersion}` },
            ]}
          />
        </div>
      )}
      {rule !== null && !place?.exact && (
        <div className="mb-3">
          <Callout>
            This version has no <code className="font-mono text-xs">{rule}</code>; the nearest part is marked.
          </Callout>
        </div>
      )}
      {compare && !current ? (
        <LineDiff before={version.source} after={policy.source} names={[`version ${number}`, `version ${policy.currentVersion}`]} />
      ) : (
        <VersionDocument source={version.source} label={`Document of version ${number}`} marked={place} />
      )}
    </>
  );
}
