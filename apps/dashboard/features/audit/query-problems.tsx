'use client';
import { parseQuery } from '@toolgate/audit/query/parse';
import type { QueryProblem } from '@toolgate/audit/query/query';
import { Callout } from '@/components/ui/callout';
import { VisibleText } from '@/components/visible-text';

/** What of the query was not understood, each with its place, why, and what it may have been meant to be; and what can match less than it seems. */
export function QueryProblems({ text, mayCapture, onApply }: { text: string; mayCapture: boolean; onApply(text: string): void }) {
  const { problems, query } = parseQuery(text);
  const values = query.terms.some((term) => term.kind === 'argument' && term.patterns.length > 0);
  return (
    <>
      {values && (
        <Callout>
          {mayCapture
            ? 'The value of an argument is compared with calls of servers that capture arguments, from when that was switched on. Of other calls the log knows the names of the arguments only.'
            : 'The value of an argument is found by owners and admins only, who may read captured arguments: with your role it matches nothing.'}
        </Callout>
      )}
      {problems.length > 0 && <Problems text={text} problems={problems} onApply={onApply} />}
    </>
  );
}

function Problems({ text, problems, onApply }: { text: string; problems: QueryProblem[]; onApply(text: string): void }) {
  return (
    <Callout
      tone="error"
      title={problems.length === 1 ? 'One part of the query does not filter' : `${problems.length} parts of the query do not filter`}
    >
      <ul className="grid gap-1">
        {problems.map(({ offset, length, message, suggestion }) => (
          <li key={`${offset} ${message}`} className="flex flex-wrap items-baseline gap-x-2">
            <code className="break-all font-mono text-xs">
              <VisibleText text={text.slice(offset, offset + length)} />
            </code>
            <span className="text-muted text-xs">at character {offset + 1}</span>
            <span>{message}</span>
            {suggestion !== undefined && (
              <button
                type="button"
                className="link"
                onClick={() => onApply(text.slice(0, offset) + suggestion + text.slice(offset + length))}
              >
                Use <span className="font-mono text-xs">{suggestion}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
    </Callout>
  );
}
