'use client';
import { useId, useMemo } from 'react';
import { Button } from '@/components/ui/button';
import { Key } from '@/components/ui/key';
import type { BuilderTool } from './builder-tool.ts';
import type { Draft } from './draft.ts';
import type { EditorPlace } from './json-editor.tsx';
import { LazyJsonEditor } from './lazy-json-editor.tsx';
import type { Note } from './notes.ts';
import { ProblemList } from './problem-list.tsx';
import { type Problem, problemsOf } from './problems.ts';

interface Props {
  draft: Draft;
  notes: Note[];
  tools: BuilderTool[];
  place: EditorPlace | null;
  onChange: ((text: string) => void) | undefined;
  /** Lays the text out over lines. */
  onLayOut(): void;
  onGo(place: EditorPlace): void;
}

/** The text of the document with its errors, each a way to its place. */
export function JsonPane({ draft, notes, tools, place, onChange, onLayOut, onGo }: Props) {
  const helpId = useId();
  const problems = useMemo(() => problemsOf(draft, notes), [draft, notes]);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="min-h-0 flex-1">
        <LazyJsonEditor
          value={draft.source}
          {...(onChange ? { onChange } : {})}
          problems={problems}
          place={place}
          tools={tools}
          label="Policy document, JSON"
          describedBy={helpId}
        />
      </div>
      <ProblemList problems={problems} onGo={onGo} />
      <p role="status" className="sr-only">
        {countOf(problems)}
      </p>
      <div className="border-line border-t text-xs">
        <div className="flex items-center justify-between gap-3 px-3 py-1">
          <p id={helpId} className="text-muted">
            {onChange ? (
              <>
                <Key>Ctrl</Key> <Key>Space</Key> completes. <Key>Esc</Key> then <Key>Tab</Key> leaves the editor.
              </>
            ) : (
              'You may read this policy, not change it.'
            )}
          </p>
          {onChange && (
            <Button size="sm" variant="quiet" disabled={draft.problems.length > 0} onClick={onLayOut}>
              Lay out
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}

/** What a screen reader is told when the number changes. */
function countOf(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) return errors === 1 ? '1 error' : `${errors} errors`;
  const warnings = problems.filter(({ severity }) => severity === 'warning').length;
  return warnings === 0 ? '' : warnings === 1 ? '1 warning' : `${warnings} warnings`;
}
