import { ScrollRegion } from '@/components/ui/scroll-region';
import { foldDiff, lineDiff } from './line-diff.ts';

const MARKS = { same: ' ', added: '+', removed: '−' } as const;
const LOOKS = { same: '', added: 'bg-allowed-tint', removed: 'bg-denied-tint' } as const;
const SPOKEN = { same: '', added: 'added: ', removed: 'removed: ' } as const;

/** Two texts as one list of lines: what only the first has, what only the second has, and a little around it. */
export function LineDiff({ before, after, names }: { before: string; after: string; names: [string, string] }) {
  const bothEnd = before.endsWith('\n') && after.endsWith('\n');
  const lines = bothEnd ? lineDiff(before.slice(0, -1), after.slice(0, -1)) : lineDiff(before, after);
  if (lines.every(({ kind }) => kind === 'same'))
    return <p className="panel px-3 py-6 text-center text-muted text-sm">Both are the same, letter by letter.</p>;
  return (
    <figure className="panel overflow-hidden">
      <figcaption className="flex gap-4 border-line border-b bg-sunken px-3 py-1.5 text-muted text-xs">
        <span>− only in {names[0]}</span>
        <span>+ only in {names[1]}</span>
      </figcaption>
      <ScrollRegion label={`Comparison of ${names.join(' and ')}`} className="overflow-x-auto py-2 -outline-offset-2">
        <ol className="w-max min-w-full font-mono text-sm">
          {foldDiff(lines).map((line, at) =>
            typeof line === 'number' ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines never move.
              <li key={at} className="bg-sunken px-3 py-0.5 text-muted text-xs">
                {line} {line === 1 ? 'line' : 'lines'} the same
              </li>
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines never move.
              <li key={at} className={`grid grid-cols-[3rem_3rem_1.25rem_1fr] whitespace-pre ${LOOKS[line.kind]}`}>
                <span aria-hidden="true" className="select-none pr-2 text-right text-faint">
                  {line.before}
                </span>
                <span aria-hidden="true" className="select-none pr-2 text-right text-faint">
                  {line.after}
                </span>
                <span aria-hidden="true">{MARKS[line.kind]}</span>
                <span className="pr-4">
                  <span className="sr-only">{SPOKEN[line.kind]}</span>
                  {line.text || ' '}
                </span>
              </li>
            ),
          )}
        </ol>
      </ScrollRegion>
    </figure>
  );
}
