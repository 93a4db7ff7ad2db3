import type { ApprovalDetail } from '@toolgate/services/approval/read';
import { RelativeTime } from '@/components/ui/relative-time';
import { ScrollRegion } from '@/components/ui/scroll-region';
import { VisibleText } from '@/components/visible-text';
import type { Plain } from './plain';

/** The exact arguments as text, and what of them differs from the last that were approved. */
export function ArgumentView({ approval }: { approval: Plain<ApprovalDetail> }) {
  const { lastApproved } = approval;
  return (
    <div className="grid min-w-0 gap-3">
      <h3 className="font-semibold text-sm">Arguments</h3>
      {approval.arguments === null ? (
        <p className="text-muted text-sm">
          {approval.whyNot === 'role' ? 'Only who may answer sees them.' : 'They are no longer kept, or the key that opens them is gone.'}
        </p>
      ) : (
        <ScrollRegion
          label="Arguments"
          className="max-h-96 overflow-auto rounded-control border border-line bg-sunken p-3 -outline-offset-2"
        >
          <pre className="whitespace-pre-wrap break-all font-mono text-sm">
            <VisibleText text={approval.arguments} />
          </pre>
        </ScrollRegion>
      )}
      {lastApproved && lastApproved.differences.length === 0 && (
        <p className="text-muted text-sm">
          The same arguments were approved by {lastApproved.by} <RelativeTime at={lastApproved.at} />.
        </p>
      )}
      {lastApproved && lastApproved.differences.length > 0 && <Changes last={lastApproved} />}
    </div>
  );
}

function Changes({ last }: { last: NonNullable<Plain<ApprovalDetail>['lastApproved']> }) {
  return (
    <div className="grid gap-2">
      <h3 className="text-muted text-sm">
        Differs from what {last.by} approved <RelativeTime at={last.at} />
      </h3>
      <dl className="grid gap-1.5 text-sm">
        {last.differences.map(({ path, before, after }) => (
          <div key={path} className="grid gap-x-3 sm:grid-cols-[minmax(6rem,12rem)_minmax(0,1fr)]">
            <dt className="break-all font-mono text-muted">
              <VisibleText text={path} />
            </dt>
            <dd className="min-w-0 break-all font-mono">
              <Value text={before} /> <span aria-hidden="true">→</span>
              <span className="sr-only">is now</span>{' '}
              <mark className="rounded-[3px] bg-limited-tint px-0.5 text-text">
                <Value text={after} />
              </mark>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Value({ text }: { text: string | null }) {
  return text === null ? <span className="font-sans text-muted italic">absent</span> : <VisibleText text={text} />;
}
