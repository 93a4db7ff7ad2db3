'use client';
import { removeWord } from '@toolgate/audit/query/edit';
import { parseQuery } from '@toolgate/audit/query/parse';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';

interface Props {
  text: string;
  /** Older events have not been looked at yet. */
  more: boolean;
  searching: boolean;
  onApply(text: string): void;
}

/** Nothing matches: each part of the query is one press away from being gone. */
export function NoMatch({ text, more, searching, onApply }: Props) {
  const words = parseQuery(text).tokens.filter(({ term }) => term !== null);
  if (more)
    return (
      <EmptyState title={searching ? 'Looking further back' : 'Nothing among the newest events'}>
        Nothing has matched yet. What this query asks for is not indexed, so the log is read step by step.
      </EmptyState>
    );
  return (
    <EmptyState
      title="No event matches"
      action={
        <>
          {words.map((word) => (
            <Button key={word.offset} size="sm" onClick={() => onApply(removeWord(text, word.offset))}>
              Without <span className="clip max-w-48 font-mono text-xs">{word.text}</span>
            </Button>
          ))}
          {words.length > 1 && (
            <Button size="sm" onClick={() => onApply('')}>
              Everything
            </Button>
          )}
        </>
      }
    >
      Take a part of the query away, or choose a longer time range.
    </EmptyState>
  );
}
