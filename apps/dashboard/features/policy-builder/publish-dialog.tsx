'use client';
import { readPolicy } from '@toolgate/policy/read';
import { useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { useAction } from '@/components/use-action';
import { currentVersionAction, publishPolicyAction } from './actions.ts';
import type { BuilderTool } from './builder-tool.ts';
import { ChangeList } from './change-list.tsx';
import type { EditorPlace } from './json-editor.tsx';
import { policyChanges } from './policy-changes.ts';
import type { Base } from './use-policy-draft.ts';

interface Props {
  organization: string;
  policy: { id: string; name: string };
  base: Base;
  source: string;
  tools: BuilderTool[];
  onClose(): void;
  /** The draft now stands on another version. */
  onBase(base: Base): void;
  onTakeTheirs(theirs: Base): void;
  onPublished(version: number): void;
  onPlace(place: EditorPlace): void;
}

/** Says what will change in words, then puts it in force, and says whether it is. */
export function PublishDialog({ organization, policy, base, source, tools, onClose, onBase, onTakeTheirs, onPublished, onPlace }: Props) {
  const [message, setMessage] = useState('');
  const [done, setDone] = useState<{ version: number; inForce: boolean } | null>(null);
  const changes = useMemo(() => changesBetween(base.source, source, tools), [base.source, source, tools]);
  const publish = useAction(publishPolicyAction, {
    onDone: ({ version, inForce }) => {
      setDone({ version, inForce });
      onPublished(version);
    },
  });
  const problem = (publish.refusal as { problems?: (EditorPlace & { line?: number })[] } | null)?.problems?.[0];
  const conflict = publish.refusal?.code === 'conflict';

  if (done) return <Published {...done} onClose={onClose} />;
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
          <Conflict
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
        {changes && <ChangeList changes={changes} />}
        <Field label="Message" help="Optional: why, for those who read the history.">
          <Input value={message} maxLength={500} onChange={(event) => setMessage(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}

function changesBetween(before: string, after: string, tools: BuilderTool[]) {
  const [old, now] = [readPolicy(before), readPolicy(after)];
  return now.ok ? policyChanges(old.ok ? old.document : null, now.document, tools) : null;
}

function Published({ version, inForce, onClose }: { version: number; inForce: boolean; onClose(): void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={inForce ? `Version ${version} is in force` : `Version ${version} is saved but not yet in force`}
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <p className="text-muted" role="status">
        {inForce
          ? 'Every call that a gateway receives from now on is decided by it.'
          : 'The gateways could not be told yet. They still decide by the version before; it is tried again until they know.'}
      </p>
    </Dialog>
  );
}

/** Somebody else published first: theirs, or this draft on top of theirs. */
function Conflict({
  organization,
  policyId,
  text,
  onTakeTheirs,
  onKeepMine,
}: {
  organization: string;
  policyId: string;
  text: string;
  onTakeTheirs(theirs: Base): void;
  onKeepMine(theirs: Base): void;
}) {
  const [pending, setPending] = useState(false);
  const fetchThen = async (use: (theirs: Base) => void) => {
    setPending(true);
    const theirs = await currentVersionAction(organization, policyId).catch(() => null);
    setPending(false);
    if (theirs) use({ version: theirs.version, source: theirs.source });
  };
  return (
    <Callout tone="limited" title="Somebody else published meanwhile">
      <p>{text}</p>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button size="sm" pending={pending} onClick={() => void fetchThen(onKeepMine)}>
          Keep mine, compare with theirs
        </Button>
        <Button size="sm" variant="quiet" pending={pending} onClick={() => void fetchThen(onTakeTheirs)}>
          Discard mine, load theirs
        </Button>
      </div>
    </Callout>
  );
}
