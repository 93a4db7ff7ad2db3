'use client';
import { chooseMine, type Merge, mergePolicies } from '@toolgate/policy/merge';
import { useEffect, useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { currentVersionAction } from '../actions.ts';
import type { BuilderTool } from '../builder-tool.ts';
import { ChangeList } from '../change-list.tsx';
import { LineDiff } from '../line-diff-view.tsx';
import { diffSources } from '../source-diff.ts';
import type { Base } from '../use-policy-draft.ts';
import { MergeChoices } from './merge-choices.tsx';

interface Props {
  organization: string;
  policyId: string;
  base: Base;
  mine: string;
  tools: BuilderTool[];
  /** The draft becomes this text, which stands on theirs. */
  onMerged(theirs: Base, text: string): void;
}

type Theirs = Base & { by: string };

/** Somebody else published first: what they changed, what this draft changes, and both together. */
export function ThreeWay({ organization, policyId, base, mine, tools, onMerged }: Props) {
  const [theirs, setTheirs] = useState<Theirs | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    currentVersionAction(organization, policyId).then(
      (read) => (read ? setTheirs({ version: read.version, source: read.source, by: read.by }) : setFailed(true)),
      () => setFailed(true),
    );
  }, [organization, policyId]);
  if (failed) return <Callout tone="error">The version that was published meanwhile could not be read. Try again.</Callout>;
  if (!theirs) return <p className="animate-appear text-muted text-sm">Reading what was published meanwhile …</p>;
  return <Both base={base} mine={mine} theirs={theirs} tools={tools} onMerged={onMerged} />;
}

function Both({
  base,
  mine,
  theirs,
  tools,
  onMerged,
}: {
  base: Base;
  mine: string;
  theirs: Theirs;
  tools: BuilderTool[];
  onMerged: Props['onMerged'];
}) {
  const merge = useMemo(() => mergePolicies(base.source, theirs.source, mine), [base.source, theirs.source, mine]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const take = (text: string) => onMerged({ version: theirs.version, source: theirs.source }, text);
  return (
    <section aria-label="Three versions" className="grid gap-4">
      <Callout tone="limited" title={`${theirs.by} published version ${theirs.version} meanwhile`}>
        This draft began from version {base.version}. Nothing of it is lost: bring both together, then look at the result and publish it.
      </Callout>
      <Side
        title={`Theirs: version ${base.version} → ${theirs.version}`}
        before={base}
        after={theirs.source}
        name={`version ${theirs.version}`}
        tools={tools}
      />
      <Side title={`Mine: version ${base.version} → the draft`} before={base} after={mine} name="the draft" tools={tools} />
      {merge && merge.conflicts.length > 0 && (
        <MergeChoices
          conflicts={merge.conflicts}
          chosen={chosen}
          onChoose={(pointer, own) => {
            const next = new Set(chosen);
            if (own) next.add(pointer);
            else next.delete(pointer);
            setChosen(next);
          }}
        />
      )}
      <div className="flex flex-wrap gap-2">
        {merge && (
          <Button variant="primary" size="sm" onClick={() => take(merged(merge, chosen))}>
            Merge into the draft
          </Button>
        )}
        <Button size="sm" onClick={() => take(mine)}>
          Keep mine as it is
        </Button>
        <Button size="sm" variant="quiet" onClick={() => take(theirs.source)}>
          Take theirs
        </Button>
      </div>
      <p className="text-muted text-xs">
        {merge
          ? `${merge.taken.length === 1 ? 'One part' : `${merge.taken.length} parts`} of mine can be taken over as it is; Undo in the editor brings the draft back as it was.`
          : 'One of the documents is no JSON, so they cannot be merged by themselves.'}
      </p>
    </section>
  );
}

const merged = (merge: Merge, chosen: ReadonlySet<string>): string =>
  chooseMine(
    merge.source,
    merge.conflicts.filter(({ pointer }) => chosen.has(pointer)),
  );

function Side({ title, before, after, name, tools }: { title: string; before: Base; after: string; name: string; tools: BuilderTool[] }) {
  const diff = useMemo(() => diffSources(before.source, after, tools), [before.source, after, tools]);
  return (
    <div className="grid gap-2">
      <h3 className="font-semibold text-sm">{title}</h3>
      {diff && <ChangeList diff={diff} />}
      <details>
        <summary className="text-sm">The JSON, line by line</summary>
        <div className="mt-2 max-h-60 overflow-y-auto">
          <LineDiff before={before.source} after={after} names={[`version ${before.version}`, name]} />
        </div>
      </details>
    </div>
  );
}
