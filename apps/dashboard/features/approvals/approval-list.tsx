'use client';
import type { ApprovalSummary } from '@toolgate/services/approval/read';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useMemo } from 'react';
import { RelativeTime } from '@/components/ui/relative-time';
import { type Category, RiskBars } from '@/components/ui/risk-bars';
import { useRowKeys } from '@/components/use-row-keys';
import { VisibleText } from '@/components/visible-text';
import { ApprovalState } from './approval-state';
import type { Plain } from './plain';
import { TimeLeft } from './time-left';

interface Props {
  org: string;
  approvals: Plain<ApprovalSummary>[];
  chosen: string | null;
  now: string;
  past: boolean;
}

/** J and K walk it. */
export function ApprovalList({ org, approvals, chosen, now, past }: Props) {
  const router = useRouter();
  const ids = useMemo(() => approvals.map(({ id }) => id), [approvals]);
  useRowKeys(ids, chosen, (id) => router.push(`/${org}/approvals/${id}`));
  return (
    <ul aria-label={past ? 'Answered' : 'Waiting'} className="panel divide-y divide-line overflow-hidden">
      {approvals.map((one) => (
        <li key={one.id}>
          <Link
            href={`/${org}/approvals/${one.id}`}
            aria-current={one.id === chosen ? 'true' : undefined}
            className="grid gap-1 px-3 py-2.5 -outline-offset-2 hover:bg-hover lg:aria-[current=true]:bg-accent-tint"
          >
            <span className="flex items-baseline justify-between gap-3">
              <span className="min-w-0 break-all font-mono text-sm">
                <VisibleText text={one.tool} />
              </span>
              {past ? (
                <ApprovalState state={one.state} />
              ) : (
                <span className="shrink-0 text-muted text-sm">
                  <TimeLeft until={one.expiresAt} now={now} /> left
                </span>
              )}
            </span>
            <span className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-muted text-xs">
              <span className="break-all">
                <VisibleText text={one.grant} /> · <VisibleText text={one.serverName} />
              </span>
              {one.category && <RiskBars category={one.category as Category} className="text-xs!" />}
              {past ? <RelativeTime at={one.decidedAt ?? one.expiresAt} /> : one.asked > 1 && <span>asked {one.asked}×</span>}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
