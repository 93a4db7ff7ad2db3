import type { Sentence } from '@toolgate/policy/explain-document';
import type { Note } from './notes.ts';

/** What the document says beside its tools, and what is doubtful about that; each a way to its place. */
export function DocumentNotes({
  doubts,
  said,
  onShow,
}: {
  doubts: readonly Note[];
  said: readonly Sentence[];
  onShow(pointer: string): void;
}) {
  if (said.length + doubts.length === 0) return null;
  return (
    <ul className="grid gap-0.5 border-line border-b px-3 py-2 text-sm">
      {doubts.map(({ pointer, message }) => (
        <li key={pointer + message} className="text-limited">
          <span aria-hidden="true">▲ </span>
          <span className="sr-only">Warning: </span>
          {message}. <Show pointer={pointer} onShow={onShow} />
        </li>
      ))}
      {said.map(({ pointer, text }) => (
        <li key={pointer} className="text-muted">
          {text.replace(/^all tools/, 'All tools')} <Show pointer={pointer} onShow={onShow} />
        </li>
      ))}
    </ul>
  );
}

const Show = ({ pointer, onShow }: { pointer: string; onShow(pointer: string): void }) => (
  <button type="button" onClick={() => onShow(pointer)} className="link" aria-label={`Show ${pointer} in the JSON`}>
    Show
  </button>
);
