import { type ApprovalSummary, listApprovals, readApproval } from '@toolgate/services/approval/read';
import { may } from '@toolgate/services/permission';
import { notFound } from 'next/navigation';
import { LinkTabs } from '@/components/ui/link-tabs';
import { PageHeader } from '@/components/ui/page-header';
import { services } from '@/server/services';
import { requireMember } from '@/server/session';
import { ApprovalDetails } from './approval-details';
import { ApprovalList } from './approval-list';
import { ApprovalsLive } from './approvals-live';
import { NothingWaits } from './nothing-waits';
import { Notifications } from './notifications';
import { plain } from './plain';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The inbox: what waits, and one request with everything that a decision needs. On a phone one of the two. */
export async function ApprovalsPage({ org, view, approvalId }: { org: string; view?: string | undefined; approvalId?: string }) {
  const { actor } = await requireMember(org);
  const s = services();
  if (approvalId !== undefined && !UUID.test(approvalId)) notFound();
  const isPast = view === 'answered';
  const isTold = view === 'notifications';
  const shown = isTold ? [] : await listApprovals(s, actor, { past: isPast });
  const chosen = approvalId ?? (isPast ? undefined : shown[0]?.id);
  const detail = chosen === undefined ? null : await readApproval(s, actor, chosen);
  if (approvalId !== undefined && !detail) notFound();
  const waiting = isPast || isTold ? undefined : shown.length;
  const mayDecide = may(actor, 'approval.decide');
  return (
    <>
      <PageHeader
        title="Approvals"
        state={<ApprovalsLive org={org} text={stateText(waiting, mayDecide)} />}
        {...(approvalId === undefined ? {} : { parent: { href: `/${org}/approvals`, label: 'All that waits' } })}
      />
      {approvalId === undefined && (
        <div className="mb-4">
          <LinkTabs label="Approvals" tabs={tabsOf(org)} current={`/${org}/approvals${isPast || isTold ? `?view=${view}` : ''}`} />
        </div>
      )}
      {isTold ? (
        <Notifications org={org} actor={actor} />
      ) : shown.length === 0 && !detail ? (
        <NothingWaits org={org} past={isPast} />
      ) : (
        <Inbox org={org} shown={shown} chosen={detail && { detail, alone: approvalId !== undefined }} past={isPast} />
      )}
    </>
  );
}

type Detail = NonNullable<Awaited<ReturnType<typeof readApproval>>>;

function Inbox({
  org,
  shown,
  chosen,
  past,
}: {
  org: string;
  shown: ApprovalSummary[];
  chosen: { detail: Detail; alone: boolean } | null;
  past: boolean;
}) {
  const now = new Date().toISOString();
  const list = <ApprovalList org={org} approvals={plain(shown)} chosen={chosen?.detail.id ?? null} now={now} past={past} />;
  if (!chosen) return list;
  const ids = shown.map(({ id }) => id);
  const next = ids[ids.indexOf(chosen.detail.id) + 1] ?? null;
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(17rem,22rem)_minmax(0,1fr)]">
      <div className={chosen.alone ? 'max-lg:hidden' : ''}>{list}</div>
      <div className={chosen.alone ? '' : 'max-lg:hidden'}>
        <ApprovalDetails key={chosen.detail.id} org={org} approval={plain(chosen.detail)} now={now} next={next} />
      </div>
    </div>
  );
}

const tabsOf = (org: string) => [
  { href: `/${org}/approvals`, label: 'Waiting' },
  { href: `/${org}/approvals?view=answered`, label: 'Answered' },
  { href: `/${org}/approvals?view=notifications`, label: 'Notifications' },
];

function stateText(waiting: number | undefined, mayDecide: boolean): string {
  const role = mayDecide ? '' : ' You can look; an owner, admin or policy manager answers.';
  if (waiting === undefined) return `Calls that a rule lets pass only with a person’s approval.${role}`;
  return `${waiting === 0 ? 'Nothing waits' : waiting === 1 ? '1 call waits' : `${waiting} calls wait`}.${role}`;
}
