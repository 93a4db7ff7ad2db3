import type { Actor } from '@toolgate/services/context';
import { may } from '@toolgate/services/permission';
import { listVersions, type PolicyRead, readPolicy, readVersion } from '@toolgate/services/policy/read';
import { notFound } from 'next/navigation';
import { Callout } from '@/components/ui/callout';
import { LinkButton } from '@/components/ui/link-button';
import { LinkTabs } from '@/components/ui/link-tabs';
import { PageHeader } from '@/components/ui/page-header';
import { RelativeTime } from '@/components/ui/relative-time';
import { services } from '@/server/services';
import { requireMember } from '@/server/session';
import { ChangeList } from './change-list.tsx';
import { CompareWith } from './compare-with.tsx';
import { LineDiff } from './line-diff-view.tsx';
import { loadTools } from './load-tools.ts';
import { pointerLines } from './pointer-lines.ts';
import { RestoreButton } from './restore-button.tsx';
import { diffSources } from './source-diff.ts';
import { VersionDocument } from './version-document.tsx';

interface Props {
  org: string;
  slug: string;
  number: number;
  /** Pointer of the rule to mark. */
  rule: string | null;
  compare: boolean;
  /** What it is compared with; null: the version in force. */
  against: number | null;
}

/** One version as it was saved, with the line that decided marked, or compared with the one in force. */
export async function VersionPage({ org, slug, number, rule, compare, against }: Props) {
  const { actor } = await requireMember(org);
  const policy = await readPolicy(services(), actor, slug);
  const version = policy && (await readVersion(services(), actor, { policyId: policy.id, number }));
  if (!policy || !version) notFound();
  const versions = await listVersions(services(), actor, { policyId: policy.id, limit: 100 });
  const other = against ?? policy.currentVersion;
  const compared = compare && other !== number ? await readVersion(services(), actor, { policyId: policy.id, number: other }) : null;
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
            {version.message && <>: “{version.message}”</>}.{' '}
            {version.withdrawnBy !== null && `Withdrawn by ${version.withdrawnBy} while it was in shadow. `}
            {current
              ? 'In force.'
              : `${number === policy.shadow?.version ? 'In shadow; version' : 'Version'} ${policy.currentVersion} is in force.`}
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
      {versions.length > 1 && (
        <div className="mb-4 flex flex-wrap items-end justify-between gap-3">
          <LinkTabs
            label="Views of this version"
            current={compare ? `${here}?view=compare` : here}
            tabs={[
              { href: here, label: 'Document' },
              { href: `${here}?view=compare`, label: 'Compare' },
            ]}
          />
          {compare && <CompareWith number={number} other={other} versions={versions} />}
        </div>
      )}
      {rule !== null && !place?.exact && (
        <div className="mb-3">
          <Callout>
            This version has no <code className="font-mono text-xs">{rule}</code>; the nearest part is marked.
          </Callout>
        </div>
      )}
      {compared ? (
        <div className="grid gap-4">
          <Meaning actor={actor} policy={policy} before={version.source} after={compared.source} />
          <LineDiff before={version.source} after={compared.source} names={[`version ${number}`, `version ${other}`]} />
        </div>
      ) : (
        <VersionDocument source={version.source} label={`Document of version ${number}`} marked={place} />
      )}
    </>
  );
}

/** What the other version says otherwise, by meaning. */
async function Meaning({ actor, policy, before, after }: { actor: Actor; policy: PolicyRead; before: string; after: string }) {
  const tools = await loadTools(actor, [...new Set(policy.uses.map(({ serverId }) => serverId))]);
  const diff = diffSources(before, after, tools);
  if (!diff) return null;
  return (
    <section aria-label="What changed">
      <ChangeList diff={diff} />
    </section>
  );
}
