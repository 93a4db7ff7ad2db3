import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { ScrollRegion } from '@/components/ui/scroll-region';
import type { EditorPlace } from './json-editor.tsx';
import type { Problem } from './problems.ts';

const LOOKS = {
  error: { icon: CircleAlert, word: 'Error', colour: 'text-denied' },
  warning: { icon: TriangleAlert, word: 'Warning', colour: 'text-limited' },
  info: { icon: Info, word: 'Read as', colour: 'text-muted' },
} as const;
const MOST = 100;

/** Everything there is to know about places of the text; each is a way to its line. */
export function ProblemList({ problems, onGo }: { problems: Problem[]; onGo(place: EditorPlace): void }) {
  if (problems.length === 0) return null;
  return (
    <ScrollRegion label="Problems" className="max-h-40 overflow-y-auto border-line border-t -outline-offset-2">
      <ul className="text-xs">
        {problems.slice(0, MOST).map((problem) => {
          const { icon: Icon, word, colour } = LOOKS[problem.severity];
          return (
            <li key={`${problem.offset} ${problem.message}`}>
              <button
                type="button"
                onClick={() => onGo(problem)}
                className="grid w-full grid-cols-[auto_minmax(0,1fr)_auto] gap-2 px-3 py-1.5 text-left -outline-offset-2 hover:bg-hover"
              >
                <Icon aria-hidden="true" className={`mt-0.5 size-3 ${colour}`} strokeWidth={2.5} />
                <span className="break-words">
                  <span className="sr-only">{word}: </span>
                  {problem.message}
                </span>
                <span className="text-faint">line {problem.line}</span>
              </button>
            </li>
          );
        })}
        {problems.length > MOST && <li className="px-3 py-1.5 text-muted">and {problems.length - MOST} more</li>}
      </ul>
    </ScrollRegion>
  );
}
