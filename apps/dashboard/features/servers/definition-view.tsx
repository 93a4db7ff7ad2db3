import { classNames } from '@/components/class-names';
import { ScrollRegion } from '@/components/ui/scroll-region';
import { VisibleText } from '@/components/visible-text';
import { definitionDiff } from './definition-diff';

const WORDS: Record<string, string> = {
  title: 'Title',
  description: 'Description',
  inputSchema: 'Arguments',
  outputSchema: 'Output',
  annotations: 'Annotations',
};
const LOOKS = { same: 'text-muted', removed: 'bg-denied-tint', added: 'bg-allowed-tint' };
const SIGNS = { same: ' ', removed: '−', added: '+' };

/** What a server says of a tool now, against what it said when it was accepted. */
export function DefinitionView({ before, after }: { before: unknown; after: unknown }) {
  const parts = definitionDiff(before as Record<string, unknown> | null, after as Record<string, unknown> | null);
  if (parts.length === 0) return <p className="text-muted text-sm">The definition is the same as before.</p>;
  return parts.map(({ part, lines }) => (
    <div key={part} className="min-w-0">
      <h3 className="mb-1 font-medium text-muted text-xs">{WORDS[part] ?? part}</h3>
      <ScrollRegion
        label={`${WORDS[part] ?? part}, differences`}
        className="max-h-72 overflow-auto rounded-control border border-line bg-sunken py-1.5"
      >
        <pre className="w-max min-w-full font-mono text-xs leading-5">
          {lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines are a text in order.
            <div key={index} className={classNames('flex px-3', LOOKS[line.kind])}>
              <span aria-hidden="true" className="w-4 shrink-0 select-none">
                {SIGNS[line.kind]}
              </span>
              {line.kind !== 'same' && <span className="sr-only">{line.kind}: </span>}
              <span className="max-w-[90ch] whitespace-pre-wrap">
                <VisibleText text={line.text} />
              </span>
            </div>
          ))}
        </pre>
      </ScrollRegion>
    </div>
  ));
}
