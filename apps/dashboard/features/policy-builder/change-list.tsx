import { ScrollRegion } from '@/components/ui/scroll-region';
import type { PolicyChanges } from './policy-changes.ts';

/** What a new version changes, in words: before and after for each tool, and whether access widens. */
export function ChangeList({ changes: { changes, gained, lost } }: { changes: PolicyChanges }) {
  return (
    <div className="grid gap-3 text-sm">
      {gained.length > 0 && (
        <p>
          <strong className="font-semibold text-limited">
            Widens access: +{gained.length} {gained.length === 1 ? 'tool' : 'tools'}
          </strong>{' '}
          <Names names={gained} />
        </p>
      )}
      {lost.length > 0 && (
        <p>
          <strong className="font-semibold">
            Narrows access: −{lost.length} {lost.length === 1 ? 'tool' : 'tools'}
          </strong>{' '}
          <Names names={lost} />
        </p>
      )}
      {changes.length === 0 && <p className="text-muted">Only the formatting changes: every call is decided as before.</p>}
      {changes.length > 0 && (
        <ScrollRegion
          label="What changes"
          className="max-h-72 overflow-y-auto rounded-control border border-line bg-line -outline-offset-2"
        >
          <ul className="grid gap-px">
            {changes.map(({ subject, pointer, before, after }) => (
              <li key={pointer} className="grid gap-0.5 bg-surface px-3 py-2">
                <span className="break-all font-mono text-xs">{subject}</span>
                <span className="text-muted">
                  <span className="sr-only">Before: </span>
                  <del className="decoration-line-strong">{before ?? 'no rule'}</del>
                </span>
                <span>
                  <span className="sr-only">After: </span>
                  <ins className="no-underline">{after ?? 'no rule: the default applies'}</ins>
                </span>
              </li>
            ))}
          </ul>
        </ScrollRegion>
      )}
    </div>
  );
}

const MOST_NAMES = 8;

function Names({ names }: { names: string[] }) {
  return (
    <span className="break-words font-mono text-xs">
      {names.slice(0, MOST_NAMES).join(', ')}
      {names.length > MOST_NAMES && ` and ${names.length - MOST_NAMES} more`}
    </span>
  );
}
