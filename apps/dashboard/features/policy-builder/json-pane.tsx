'use client';
import type { PolicyProblem } from '@toolgate/policy/problem';
import { useId, useMemo } from 'react';
import { Button } from '@/components/ui/button';
import { Key } from '@/components/ui/key';
import type { BuilderTool } from './builder-tool.ts';
import type { Draft } from './draft.ts';
import type { EditorPlace, EditorProblem } from './json-editor.tsx';
import { LazyJsonEditor } from './lazy-json-editor.tsx';
import type { Note } from './notes.ts';
import { pointerFinder } from './pointer-lines.ts';

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
  const problems = useMemo(
    () => [...draft.problems.map(errorOf), ...(draft.problems.length > 0 ? [] : notesIn(draft.source, notes))],
    [draft, notes],
  );
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
      <div aria-live="polite" className="max-h-40 overflow-y-auto border-line border-t text-xs">
        {draft.problems.slice(0, 20).map((problem) => (
          <button
            key={`${problem.offset} ${problem.message}`}
            type="button"
            onClick={() => onGo(problem)}
            className="block w-full px-3 py-1.5 text-left -outline-offset-2 hover:bg-hover"
          >
            <span className="text-denied">Line {problem.line}: </span>
            {problem.message}
            {problem.suggestion && (
              <>
                {' '}
                Did you mean <code className="font-mono">{problem.suggestion}</code>?
              </>
            )}
          </button>
        ))}
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

const errorOf = ({ offset, length, message, suggestion }: PolicyProblem): EditorProblem => ({
  offset,
  length: Math.max(length, 1),
  message: suggestion ? `${message} Did you mean ${suggestion}?` : message,
  severity: 'error',
});

/** The places of the notes in the text that they were made from. */
function notesIn(source: string, notes: readonly Note[]): EditorProblem[] {
  const find = pointerFinder(source);
  return notes.flatMap(({ pointer, message, blocking }) => {
    const at = find(pointer);
    return at ? [{ offset: at.offset, length: at.length, message, severity: blocking ? ('error' as const) : ('warning' as const) }] : [];
  });
}
