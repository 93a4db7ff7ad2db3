'use client';
import type { ToolRead } from '@toolgate/services/server/read';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { CodeBlock } from '@/components/ui/code-block';
import { Drawer } from '@/components/ui/drawer';
import { Field } from '@/components/ui/field';
import { RelativeTime } from '@/components/ui/relative-time';
import { type Category, RiskBars } from '@/components/ui/risk-bars';
import { Select } from '@/components/ui/select';
import { useAction } from '@/components/use-action';
import { VisibleText } from '@/components/visible-text';
import { overrideCategoryAction, reviewToolAction } from './actions';

const CATEGORIES: { value: Category; means: string }[] = [
  { value: 'Read', means: 'looks, changes nothing (low)' },
  { value: 'Write', means: 'makes or changes something (medium)' },
  { value: 'Execute', means: 'runs something (high)' },
  { value: 'Destructive', means: 'takes something away (critical)' },
  { value: 'Financial', means: 'moves or spends money (critical)' },
];

export function ToolDrawer({ org, tool, mayReview, onClose }: { org: string; tool: ToolRead; mayReview: boolean; onClose(): void }) {
  return (
    <Drawer open onClose={onClose} title={<VisibleText text={tool.name} />} mono>
      <div className="grid gap-5">
        <p className="whitespace-pre-wrap">
          <VisibleText text={tool.description || 'It says nothing of itself.'} />
        </p>
        <CategoryPart org={org} tool={tool} mayReview={mayReview} />
        <StatePart org={org} tool={tool} mayReview={mayReview} />
        <div>
          <h3 className="mb-1.5 font-medium text-sm">Arguments</h3>
          <CodeBlock code={JSON.stringify(tool.inputSchema, null, 2)} title="JSON Schema" copyLabel="Copy schema" />
        </div>
        {tool.annotations && (
          <div>
            <h3 className="mb-1.5 font-medium text-sm">
              Annotations <span className="font-normal text-muted">claims of the server, not proof</span>
            </h3>
            <CodeBlock code={JSON.stringify(tool.annotations, null, 2)} />
          </div>
        )}
        <p className="text-muted text-xs">
          Pinned to <span className="font-mono">{tool.hash.slice(0, 12)}</span>, first seen{' '}
          <RelativeTime at={tool.firstSeenAt.toISOString()} />.
        </p>
      </div>
    </Drawer>
  );
}

function CategoryPart({ org, tool, mayReview }: { org: string; tool: ToolRead; mayReview: boolean }) {
  const { run, pending, refusal } = useAction(overrideCategoryAction, { onDone: () => notify('Category changed') });
  return (
    <section className="grid gap-2.5" aria-labelledby="why-heading">
      <div className="flex items-center justify-between gap-3">
        <h3 id="why-heading" className="font-medium text-sm">
          Why {tool.classifiedCategory}
        </h3>
        <RiskBars category={tool.category} risk={tool.risk} />
      </div>
      <ul className="grid gap-1 border-line border-l-2 pl-3 text-sm">
        {tool.evidence.map(({ signal, detail }) => (
          <li key={signal + detail}>
            <span className="text-muted">{signal}:</span> <VisibleText text={detail} />
          </li>
        ))}
      </ul>
      {mayReview && (
        <Field
          label="Category"
          error={refusal?.message}
          help={
            tool.categoryOverride
              ? 'Set by hand; it wins over the classification.'
              : 'Policies can refer to it, and recommendations follow it.'
          }
        >
          <Select
            value={tool.categoryOverride ?? ''}
            disabled={pending}
            onChange={(event) => run(org, { toolId: tool.id, category: (event.target.value || null) as Category | null })}
          >
            <option value="">As classified: {tool.classifiedCategory}</option>
            {CATEGORIES.map(({ value, means }) => (
              <option key={value} value={value}>
                {value}: {means}
              </option>
            ))}
          </Select>
        </Field>
      )}
    </section>
  );
}

function StatePart({ org, tool, mayReview }: { org: string; tool: ToolRead; mayReview: boolean }) {
  const { run, pending, refusal } = useAction(reviewToolAction);
  if (tool.state === 'removed') return <p className="text-muted text-sm">The server does not offer this tool any more.</p>;
  const quarantined = tool.state === 'quarantined';
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 rounded-control border border-line bg-sunken px-3 py-2 text-sm">
      <span>{quarantined ? 'In quarantine: every call is denied.' : 'Accepted: policies decide about its calls.'}</span>
      {mayReview && (
        <Button
          size="sm"
          pending={pending}
          onClick={() => run(org, { toolId: tool.id, decision: quarantined ? 'accept' : 'keep', hash: tool.hash })}
        >
          {quarantined ? 'Accept tool' : 'Quarantine tool'}
        </Button>
      )}
      {refusal && (
        <p role="alert" className="w-full text-denied">
          {refusal.message}
        </p>
      )}
    </div>
  );
}
