'use client';
import type { ApprovalDetail } from '@toolgate/services/approval/read';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Callout } from '@/components/ui/callout';
import { RelativeTime } from '@/components/ui/relative-time';
import { type Category, RiskBars } from '@/components/ui/risk-bars';
import { VisibleText } from '@/components/visible-text';
import { ApprovalState } from './approval-state';
import { ArgumentView } from './argument-view';
import { Decide } from './decide';
import type { Plain } from './plain';
import { TimeLeft } from './time-left';

interface Props {
  org: string;
  approval: Plain<ApprovalDetail>;
  now: string;
  /** The request after it. */
  next: string | null;
}

/** Everything that a decision needs, and the decision. */
export function ApprovalDetails({ org, approval, now, next }: Props) {
  const { tool, category, state, expiresAt, ruleText } = approval;
  return (
    <section aria-labelledby="approval-title" className="panel grid grid-cols-[minmax(0,1fr)] gap-5 p-4 sm:p-5">
      <header className="grid gap-2">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <h2 id="approval-title" className="break-all font-mono text-lg">
            <VisibleText text={tool} />
          </h2>
          {category && <RiskBars category={category as Category} />}
          <ApprovalState state={state} />
          {state === 'pending' && (
            <span className="text-muted text-sm">
              <TimeLeft until={expiresAt} now={now} /> left
            </span>
          )}
        </div>
        <p className="text-muted text-sm">
          <VisibleText text={ruleText} />
        </p>
      </header>
      <Outcome approval={approval} />
      <ArgumentView approval={approval} />
      <Decide org={org} approval={approval} next={next} />
      <Facts org={org} approval={approval} />
    </section>
  );
}

function Facts({ org, approval }: Pick<Props, 'org' | 'approval'>) {
  const { asked, createdAt, policySlug, policyVersion, rule, client } = approval;
  return (
    <dl className="grid gap-x-6 text-sm sm:gap-y-2 sm:grid-cols-[8rem_minmax(0,1fr)]">
      <Fact label="Rule">
        {policySlug ? (
          <Link className="link font-mono text-xs wrap-anywhere" href={`/${org}/policies/${policySlug}?line=${encodeURIComponent(rule)}`}>
            {policySlug} v{policyVersion} {rule}
          </Link>
        ) : (
          <code className="break-all font-mono text-xs">{rule}</code>
        )}
      </Fact>
      <Fact label="Agent reads">
        <VisibleText text={approval.message} />
      </Fact>
      <Fact label="Grant">
        <Link className="link break-all" href={`/${org}/grants/${approval.grantId}`}>
          <VisibleText text={approval.grant} />
        </Link>
        , made by <VisibleText text={approval.requester} />
      </Fact>
      <Fact label="Server">
        <Link className="link break-all" href={`/${org}/servers/${approval.serverSlug}`}>
          <VisibleText text={approval.serverName} />
        </Link>
      </Fact>
      <Fact label="Client">{client === null ? 'It did not say.' : <VisibleText text={client} />}</Fact>
      <Fact label="Asked">
        <RelativeTime at={createdAt} />
        {asked > 1 && `, ${asked} times`}
      </Fact>
      <Fact label="Approvals">
        {approval.approvedBy.length} of {approval.requiredApprovals}
        {approval.approvedBy.length > 0 && `: ${approval.approvedBy.join(', ')}`}
        {approval.requesterExcluded && '. Not by whoever made the grant'}
      </Fact>
      <Fact label="Bound to">
        <code className="break-all font-mono text-xs">sha256 {approval.hash}</code>
      </Fact>
    </dl>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-muted">{label}</dt>
      <dd className="min-w-0 max-sm:mb-2.5">{children}</dd>
    </div>
  );
}

function Outcome({ approval }: { approval: Plain<ApprovalDetail> }) {
  const { state, decidedBy, decidedAt, reason, mode, uses, outdated } = approval;
  if (state === 'pending')
    return outdated ? (
      <Callout tone="limited" title="The policy has changed since">
        An answer would not be accepted. The next call of the agent asks again.
      </Callout>
    ) : null;
  const when = decidedAt && <RelativeTime at={decidedAt} />;
  if (state === 'denied')
    return (
      <Callout
        title={
          <>
            Denied by {decidedBy} {when}
          </>
        }
      >
        The agent reads: <VisibleText text={reason ?? ''} />
      </Callout>
    );
  if (state === 'expired')
    return (
      <Callout tone="unknown" title="Expired">
        {decidedAt ? 'It was approved and not used within 15 minutes.' : 'Nobody answered in time. The next call of the agent asks again.'}
      </Callout>
    );
  return (
    <Callout
      tone="allowed"
      title={
        <>
          Approved by {decidedBy} {when}
        </>
      }
    >
      {mode === 'once' ? 'For one call' : 'For the same arguments within 15 minutes'}; {uses === 0 ? 'not used yet' : `used ${uses}×`}.
    </Callout>
  );
}
