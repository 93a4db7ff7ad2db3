'use client';
import type { ToolRead } from '@toolgate/services/server/read';
import { ChevronRight } from 'lucide-react';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { RelativeTime } from '@/components/ui/relative-time';
import { RiskBars } from '@/components/ui/risk-bars';
import { useAction } from '@/components/use-action';
import { VisibleText } from '@/components/visible-text';
import { reviewToolAction } from './actions';
import { DefinitionView } from './definition-view';

const WORDS = { added: 'new', changed: 'changed', removed: 'removed' };

/** Tools that are new or not what was accepted: nobody can call them before somebody has looked. */
export function ReviewList({ org, tools, mayReview }: { org: string; tools: ToolRead[]; mayReview: boolean }) {
  return (
    <section aria-labelledby="review-heading">
      <h2 id="review-heading" className="text-lg">
        Waiting for review
      </h2>
      <p className="mb-2 text-muted text-sm">
        The server offers these since its tools were last accepted. Every call to them is denied meanwhile.
      </p>
      <div className="panel divide-y divide-line border-pending/45">
        {tools.map((tool) => (
          <ReviewEntry key={tool.id} org={org} tool={tool} mayReview={mayReview} open={tools.length === 1} />
        ))}
      </div>
    </section>
  );
}

function ReviewEntry({ org, tool, mayReview, open }: { org: string; tool: ToolRead; mayReview: boolean; open: boolean }) {
  const change = tool.changes[0];
  const accept = useAction(reviewToolAction, {
    onDone: () => notify(`${tool.name} accepted`, { undo: () => keep.run(org, { toolId: tool.id, decision: 'keep', hash: tool.hash }) }),
  });
  const keep = useAction(reviewToolAction, { onDone: () => notify(`${tool.name} stays quarantined`) });
  if (!change) return null;
  const input = { toolId: tool.id, hash: tool.hash };
  return (
    <details open={open} className="group/entry">
      <summary className="flex min-h-10 list-none flex-wrap items-center gap-x-3 gap-y-1 rounded-panel px-3 py-2 -outline-offset-2 [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden="true" className="size-4 text-muted transition-transform duration-120 group-open/entry:rotate-90" />
        <span className="font-medium font-mono text-sm">
          <VisibleText text={tool.name} />
        </span>
        <span className="rounded-[5px] border border-pending/40 bg-pending-tint px-1.5 font-medium text-pending text-xs">
          {WORDS[change.kind]}
        </span>
        <RiskBars category={tool.category} risk={tool.risk} />
        <RelativeTime at={change.at.toISOString()} className="ml-auto text-muted text-xs" />
      </summary>
      <div className="grid gap-3 px-3 pb-3 pl-10 max-sm:pl-3">
        <DefinitionView before={change.before} after={change.after} />
        {(accept.refusal ?? keep.refusal) && (
          <p role="alert" className="text-denied text-sm">
            {(accept.refusal ?? keep.refusal)?.message}
          </p>
        )}
        {mayReview && (
          <div className="flex flex-wrap gap-2">
            <Button size="sm" variant="primary" pending={accept.pending} onClick={() => accept.run(org, { ...input, decision: 'accept' })}>
              Accept tool
            </Button>
            <Button size="sm" pending={keep.pending} onClick={() => keep.run(org, { ...input, decision: 'keep' })}>
              Keep in quarantine
            </Button>
          </div>
        )}
      </div>
    </details>
  );
}
