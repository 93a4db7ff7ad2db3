import { CopyButton } from '@/components/ui/copy-button';
import { ScrollRegion } from '@/components/ui/scroll-region';
import type { PointerLines } from './pointer-lines.ts';
import { ScrollToMark } from './scroll-to-mark.tsx';

interface Props {
  source: string;
  label: string;
  marked: PointerLines | null;
}

/** A document to read, line by line, with the marked lines in view. Each line has an address: `#L12`. */
export function VersionDocument({ source, label, marked }: Props) {
  const lines = source.replace(/\n$/, '').split('\n');
  const starts = lineStarts(lines);
  return (
    <div className="panel relative overflow-hidden">
      <CopyButton value={source} label="Copy document" className="absolute top-1.5 right-1.5" />
      <ScrollRegion label={label} className="max-h-[75dvh] overflow-auto py-2 -outline-offset-2">
        <ol className="font-mono text-sm">
          {lines.map((text, at) => {
            const number = at + 1;
            const mark = marked !== null && number >= marked.firstLine && number <= marked.lastLine;
            return (
              <li
                // biome-ignore lint/suspicious/noArrayIndexKey: lines never move.
                key={at}
                id={`L${number}`}
                data-marked={mark || undefined}
                className="grid grid-cols-[3.5rem_minmax(0,1fr)] whitespace-pre-wrap break-all data-marked:bg-accent-tint data-marked:shadow-[inset_2px_0_0_var(--color-accent)]"
              >
                <span aria-hidden="true" className="select-none pr-3 text-right text-faint">
                  {number}
                </span>
                <span className="pr-4">
                  {mark && number === marked.firstLine && <span className="sr-only">The rule that decided: </span>}
                  {mark ? <Marked text={text} start={starts[at] as number} marked={marked} /> : text || ' '}
                </span>
              </li>
            );
          })}
        </ol>
      </ScrollRegion>
      {marked && <ScrollToMark line={marked.firstLine} />}
    </div>
  );
}

/** The text of a line that begins at `start` of the document, with the part that was meant underlined. */
function Marked({ text, start, marked }: { text: string; start: number; marked: PointerLines }) {
  const from = Math.max(marked.offset - start, 0);
  const to = Math.min(marked.offset + marked.length - start, text.length);
  return (
    <>
      {text.slice(0, from)}
      <mark className="bg-transparent text-inherit underline decoration-2 decoration-accent underline-offset-4">
        {text.slice(from, to)}
      </mark>
      {text.slice(to) || ' '}
    </>
  );
}

function lineStarts(lines: string[]): number[] {
  let start = 0;
  return lines.map((line) => {
    const here = start;
    start += line.length + 1;
    return here;
  });
}
