import { FlaskConical, Plus } from 'lucide-react';
import { LinkButton } from '@/components/ui/link-button';
import { Skeleton } from '@/components/ui/skeleton';
import { VisibleText } from '@/components/visible-text';
import type { NextTime } from './next-time.ts';
import { allowHref, lineHref, simulateHref } from './policy-href.ts';
import type { ToolCall } from './tool-call.ts';

interface Props {
  organization: string;
  event: ToolCall;
  /** Undefined: it is not known yet. */
  next: NextTime | undefined;
}

/** Ways from a call to the policy that decides about the next one. Nothing of it is saved before somebody publishes. */
export function NextTimePart({ organization, event, next }: Props) {
  if (next === undefined) return <Skeleton className="h-7 w-72 max-w-full" />;
  if (next.kind === 'none') return <Note text={next.why} />;
  const { policy, way } = next;
  return (
    <div className="grid gap-1.5">
      <div className="flex flex-wrap gap-2">
        <LinkButton size="sm" href={simulateHref(organization, policy.slug, event)}>
          <FlaskConical aria-hidden="true" />
          Simulate with today’s policy
        </LinkButton>
        {way.kind === 'allow' && (
          <LinkButton size="sm" href={allowHref(organization, policy.slug, event)}>
            <Plus aria-hidden="true" />
            Allow this next time…
          </LinkButton>
        )}
        {way.kind === 'line' && (
          <LinkButton size="sm" href={lineHref(organization, policy.slug, way.rule)}>
            Change this rule…
          </LinkButton>
        )}
      </div>
      <Note
        text={
          way.kind === 'none'
            ? `${way.why ?? ''} ${policy.name} decides about the next one.`.trim()
            : `${policy.name} decides about the next one. Nothing changes before you publish.`
        }
      />
    </div>
  );
}

const Note = ({ text }: { text: string }) => (
  <p className="text-muted text-xs">
    <VisibleText text={text} />
  </p>
);
