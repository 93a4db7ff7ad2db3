'use client';
import { editPolicy } from '@toolgate/policy/edit';
import { type ReactNode, useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { useAction } from '@/components/use-action';
import { publishPolicyAction } from '../actions.ts';
import type { BuilderGrant } from '../builder-grant.ts';
import type { BuilderTool } from '../builder-tool.ts';
import { ChangeList } from '../change-list.tsx';
import type { EditorPlace } from '../json-editor.tsx';
import { LineDiff } from '../line-diff-view.tsx';
import type { KeptTest } from '../replay/life.worker.ts';
import { diffSources } from '../source-diff.ts';
import { failingOf, useTestRuns } from '../tests/use-test-runs.ts';
import type { Base } from '../use-policy-draft.ts';
import { NotYetInForce } from './not-yet-in-force.tsx';
import { ReplayCheck, TestsCheck } from './publish-checks.tsx';
import { ShadowField } from './shadow-field.tsx';
import { ThreeWay } from './three-way.tsx';

export interface PublishedVersion extends Base {
  inForce: boolean;
  /** How many run. */
  gateways: number;
}

interface Props {
  organization: string;
  policy: { id: string; slug: string; name: string };
  base: Base;
  source: string;
  tools: BuilderTool[];
  grants: BuilderGrant[];
  tests: readonly KeptTest[];
  mayOverride: boolean;
  onClose(): void;
  /** The draft becomes a text that stands on another version. */
  onMerged(theirs: Base, text: string): void;
  onPublished(published: PublishedVersion): void;
  onPlace(place: EditorPlace): void;
}

/** Says what will change in words, what the tests and the last calls say of it, then puts it in force, and says whether it is. */
export function PublishDialog({
  organization,
  policy,
  base,
  source,
  tools,
  grants,
  tests,
  mayOverride,
  onClose,
  onMerged,
  onPublished,
  onPlace,
}: Props) {
  const [message, setMessage] = useState('');
  const [shadowHours, setShadowHours] = useState(0);
  const [reason, setReason] = useState('');
  const [waiting, setWaiting] = useState<number | null>(null);
  const diff = useMemo(() => diffSources(base.source, source, tools), [base.source, source, tools]);
  const runs = useTestRuns(source, tests);
  const failing = failingOf(tests, runs).length > 0;
  const publish = useAction(publishPolicyAction, {
    onDone: ({ version, inForce, gateways }) => {
      const text = shadowHours > 0 ? editPolicy(source, { kind: 'mode', value: 'shadow' }) : source;
      onPublished({ version, source: text, inForce, gateways });
      if (inForce) onClose();
      else setWaiting(version);
    },
  });
  const problem = (publish.refusal as { problems?: (EditorPlace & { line?: number })[] } | null)?.problems?.[0];
  const conflict = publish.refusal?.code === 'conflict';
  const next = base.version + 1;
  const run = () =>
    publish.run(organization, {
      policyId: policy.id,
      source,
      expectedVersion: base.version,
      message,
      ...(shadowHours > 0 ? { shadowUntil: new Date(Date.now() + shadowHours * 3_600_000).toISOString() } : {}),
      ...(failing && mayOverride ? { overrideTests: { reason } } : {}),
    });

  if (waiting !== null) return <NotYetInForce version={waiting} onClose={onClose} />;
  return (
    <Dialog
      open
      width="lg"
      onOpenChange={(open) => !open && onClose()}
      title={conflict ? `Version ${base.version} is not the newest any more` : `Publish “${policy.name}”`}
      description={
        conflict
          ? 'Somebody else published while you edited.'
          : `Becomes version ${next}. Every call received after it is acknowledged is decided by it.`
      }
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {!conflict && (
            <Button
              variant="primary"
              pending={publish.pending}
              disabled={(failing && !(mayOverride && reason.trim())) || (tests.length > 0 && runs === null)}
              onClick={run}
            >
              {shadowHours > 0 ? `Publish version ${next} in shadow` : `Publish version ${next}`}
            </Button>
          )}
        </>
      }
    >
      {conflict ? (
        <ThreeWay
          organization={organization}
          policyId={policy.id}
          base={base}
          mine={source}
          tools={tools}
          onMerged={(theirs, text) => {
            onMerged(theirs, text);
            publish.clear();
            if (text === theirs.source) onClose();
          }}
        />
      ) : (
        <div className="grid gap-4">
          {publish.refusal && (
            <Callout
              tone="denied"
              title="Not published"
              action={
                problem && problem.offset !== undefined ? (
                  <Button
                    size="sm"
                    onClick={() => {
                      onPlace(problem);
                      onClose();
                    }}
                  >
                    Show the place
                  </Button>
                ) : undefined
              }
            >
              {publish.refusal.message}
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
            <TestsCheck tests={tests} runs={runs} mayOverride={mayOverride} reason={reason} onReason={setReason} />
          </Part>
          <Part title="Replay">
            <ReplayCheck organization={organization} policy={policy.slug} source={source} />
          </Part>
          <Part title="Affected grants">
            <AffectedGrants grants={grants} />
          </Part>
          <ShadowField hours={shadowHours} onChange={setShadowHours} error={publish.fields.shadowUntil} />
          <Field label="Message" help="Optional: why, for those who read the history.">
            <Input value={message} maxLength={500} onChange={(event) => setMessage(event.target.value)} />
          </Field>
        </div>
      )}
    </Dialog>
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
