'use client';
import type { PolicyTestRun } from '@toolgate/policy/policy-test';
import type { Refusal } from '@toolgate/services/refusal';
import { type ReactNode, useMemo } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { BuilderGrant } from '../builder-grant.ts';
import type { BuilderTool } from '../builder-tool.ts';
import { ChangeList } from '../change-list.tsx';
import type { EditorPlace } from '../json-editor.tsx';
import { LineDiff } from '../line-diff-view.tsx';
import type { KeptTest } from '../replay/life.worker.ts';
import { diffSources } from '../source-diff.ts';
import type { Base } from '../use-policy-draft.ts';
import { ReplayCheck, TestsCheck } from './publish-checks.tsx';
import type { Shadow } from './shadow-banner.tsx';
import { ShadowField } from './shadow-field.tsx';

/** What is to be published, and what it is looked at with. */
export interface Reviewed {
  organization: string;
  policy: { id: string; slug: string; name: string };
  base: Base;
  source: string;
  tools: BuilderTool[];
  grants: BuilderGrant[];
  tests: readonly KeptTest[];
  mayOverride: boolean;
  /** The version in its shadow period, which a publish withdraws. */
  shadow: Shadow | null;
}

/** What goes with it. */
export interface Given {
  message: string;
  /** 0: in force at once. */
  shadowHours: number;
  /** For publishing although tests fail. */
  reason: string;
}

interface Props extends Reviewed {
  runs: Record<string, PolicyTestRun> | null;
  refusal: Refusal | null;
  given: Given;
  onPlace(place: EditorPlace): void;
  onGive(more: Partial<Given>): void;
}

/** Everything to see before a publish: what changes, tests, replay, whose calls, and what goes with it. */
export function PublishReview({ organization, policy, base, source, tools, grants, tests, mayOverride, shadow, runs, ...rest }: Props) {
  const { refusal, given, onPlace, onGive } = rest;
  const diff = useMemo(() => diffSources(base.source, source, tools), [base.source, source, tools]);
  return (
    <div className="grid gap-4">
      {refusal && <Refused refusal={refusal} onPlace={onPlace} />}
      {shadow && (
        <Callout tone="limited" title={`Version ${shadow.version} is in shadow`}>
          Publishing withdraws it: it stays in the history and does not take force by itself.
        </Callout>
      )}
      {diff && <ChangeList diff={diff} />}
      <details>
        <summary className="text-sm">The JSON, line by line</summary>
        <div className="mt-2 max-h-72 overflow-y-auto">
          <LineDiff before={base.source} after={source} names={[`version ${base.version}`, 'the draft']} />
        </div>
      </details>
      <Part title="Tests">
        <TestsCheck tests={tests} runs={runs} mayOverride={mayOverride} reason={given.reason} onReason={(reason) => onGive({ reason })} />
      </Part>
      <Part title="Replay">
        <ReplayCheck organization={organization} policy={policy.slug} source={source} />
      </Part>
      <Part title="Affected grants">
        <AffectedGrants grants={grants} />
      </Part>
      <ShadowField
        hours={given.shadowHours}
        version={base.version}
        onChange={(shadowHours) => onGive({ shadowHours })}
        error={refusal?.fields?.shadowUntil}
      />
      <Field label="Message" help="Optional: why, for those who read the history.">
        <Input value={given.message} maxLength={500} onChange={(event) => onGive({ message: event.target.value })} />
      </Field>
    </div>
  );
}

function Refused({ refusal, onPlace }: { refusal: Refusal; onPlace(place: EditorPlace): void }) {
  const problem = (refusal as { problems?: (EditorPlace & { line?: number })[] }).problems?.[0];
  return (
    <Callout
      tone="denied"
      title="Not published"
      action={
        problem && problem.offset !== undefined ? (
          <Button size="sm" onClick={() => onPlace(problem)}>
            Show the place
          </Button>
        ) : undefined
      }
    >
      {refusal.message}
    </Callout>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="grid gap-1">
      <h3 className="font-medium text-sm">{title}</h3>
      {children}
    </section>
  );
}

/** Whose calls it will decide, by name. */
function AffectedGrants({ grants }: { grants: readonly BuilderGrant[] }) {
  const labels = grants.filter(({ governed }) => governed).map(({ label }) => label);
  if (labels.length === 0) return <p className="text-muted text-sm">It governs no grant yet.</p>;
  return (
    <ul aria-label="Grants" className="flex max-h-24 flex-wrap gap-1 overflow-y-auto">
      {labels.map((label) => (
        <li key={label} className="rounded-[4px] border border-line px-1.5 text-sm">
          {label}
        </li>
      ))}
    </ul>
  );
}
