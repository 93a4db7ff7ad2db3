'use client';
import { useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { useAction } from '@/components/use-action';
import { publishPolicyAction } from './actions.ts';
import type { BuilderGrant } from './builder-grant.ts';
import type { BuilderTool } from './builder-tool.ts';
import { ChangeList } from './change-list.tsx';
import type { EditorPlace } from './json-editor.tsx';
import { LineDiff } from './line-diff-view.tsx';
import { PublishConflict } from './publish-conflict.tsx';
import { diffSources } from './source-diff.ts';
import type { Base } from './use-policy-draft.ts';

interface Props {
  organization: string;
  policy: { id: string; name: string };
  base: Base;
  source: string;
  tools: BuilderTool[];
  grants: BuilderGrant[];
  onClose(): void;
  /** The draft now stands on another version. */
  onBase(base: Base): void;
  onTakeTheirs(theirs: Base): void;
  onPublished(version: number, inForce: boolean): void;
  onPlace(place: EditorPlace): void;
}

/** Says what will change in words, then puts it in force, and says whether it is. */
export function PublishDialog({
  organization,
  policy,
  base,
  source,
  tools,
  grants,
  onClose,
  onBase,
  onTakeTheirs,
  onPublished,
  onPlace,
}: Props) {
  const [message, setMessage] = useState('');
  const [waiting, setWaiting] = useState<number | null>(null);
  const diff = useMemo(() => diffSources(base.source, source, tools), [base.source, source, tools]);
  const publish = useAction(publishPolicyAction, {
    onDone: ({ version, inForce }) => {
      onPublished(version, inForce);
      if (inForce) onClose();
      else setWaiting(version);
    },
  });
  const problem = (publish.refusal as { problems?: (EditorPlace & { line?: number })[] } | null)?.problems?.[0];
  const conflict = publish.refusal?.code === 'conflict';

  if (waiting !== null) return <NotYetInForce version={waiting} onClose={onClose} />;
  return (
    <Dialog
      open
      width="lg"
      onOpenChange={(open) => !open && onClose()}
      title={`Publish “${policy.name}”`}
      description={`Becomes version ${base.version + 1}. Every call received after it is acknowledged is decided by it.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            pending={publish.pending}
            disabled={conflict}
            onClick={() => publish.run(organization, { policyId: policy.id, source, expectedVersion: base.version, message })}
          >
            Publish version {base.version + 1}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {conflict && (
          <PublishConflict
            organization={organization}
            policyId={policy.id}
            text={publish.refusal?.message ?? ''}
            onTakeTheirs={(theirs) => {
              onTakeTheirs(theirs);
              onClose();
            }}
            onKeepMine={(theirs) => {
              onBase(theirs);
              publish.clear();
            }}
          />
        )}
        {publish.refusal && !conflict && (
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
        <p className="text-muted text-sm">{governedBy(grants)}</p>
        <Field label="Message" help="Optional: why, for those who read the history.">
          <Input value={message} maxLength={500} onChange={(event) => setMessage(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}

function NotYetInForce({ version, onClose }: { version: number; onClose(): void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Version ${version} is saved but not yet in force`}
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <p className="text-muted" role="status">
        The gateways could not be told yet. They still decide by the version before; it is tried again until they know.
      </p>
    </Dialog>
  );
}

/** Whose calls it will decide. */
function governedBy(grants: readonly BuilderGrant[]): string {
  const labels = grants.filter(({ governed }) => governed).map(({ label }) => label);
  if (labels.length === 0) return 'It governs no grant yet.';
  const named = labels.slice(0, 5).join(', ');
  return `Decides the calls of ${labels.length > 5 ? `${named} and ${labels.length - 5} more` : named}.`;
}
