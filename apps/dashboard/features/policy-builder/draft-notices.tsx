import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import type { Draft } from './draft.ts';
import type { EditorPlace } from './json-editor.tsx';

interface Props {
  draft: Draft;
  /** The draft was kept from an earlier visit of this tab. */
  restored: boolean;
  onGo(place: EditorPlace): void;
  onShow(pointer: string): void;
}

/** What to know of the draft as a whole: errors, what was converted, that it is an older one. */
export function DraftNotices({ draft, restored, onGo, onShow }: Props) {
  const [problem] = draft.problems;
  const [first] = draft.conversions;
  if (!problem && !first && !restored) return null;
  return (
    <div className="mb-3 grid grid-cols-[minmax(0,1fr)] gap-2">
      {problem && (
        <Callout
          tone="denied"
          title={draft.problems.length === 1 ? 'The JSON has an error' : `The JSON has ${draft.problems.length} errors`}
          action={
            <Button size="sm" onClick={() => onGo(problem)}>
              Show line {problem.line}
            </Button>
          }
        >
          {problem.message}. {draft.document && 'The table shows the last state without errors.'}
        </Callout>
      )}
      {!problem && first && (
        <Callout title={draft.conversions.length === 1 ? 'Converted an older form' : `Converted ${draft.conversions.length} older forms`}>
          <ul className="grid grid-cols-[minmax(0,1fr)] gap-0.5">
            {draft.conversions.slice(0, 5).map(({ pointer, message }) => (
              <li key={pointer}>
                <button type="button" onClick={() => onShow(pointer)} className="link break-all font-mono text-xs">
                  {pointer}
                </button>{' '}
                <span className="break-words text-muted">{message}</span>
              </li>
            ))}
            {draft.conversions.length > 5 && <li className="text-muted">and {draft.conversions.length - 5} more</li>}
          </ul>
        </Callout>
      )}
      {restored && (
        <Callout>These changes are from earlier in this tab. They are not published; Discard goes back to the version in force.</Callout>
      )}
    </div>
  );
}
