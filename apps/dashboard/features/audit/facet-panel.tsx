'use client';
import { chosenValues, toggleValue } from '@toolgate/audit/query/edit';
import type { FacetField, FacetValue } from '@toolgate/services/audit/facets';
import { Minus, Plus } from 'lucide-react';
import { useState } from 'react';
import { classNames } from '@/components/class-names';
import { Button } from '@/components/ui/button';
import { decisionLook } from '@/components/ui/decision-mark';
import { IconButton } from '@/components/ui/icon-button';
import { Skeleton } from '@/components/ui/skeleton';
import { VisibleText } from '@/components/visible-text';
import { countText, exactText } from './count-text.ts';
import type { CountsState } from './use-counts.ts';

interface Props {
  state: CountsState;
  text: string;
  fields: readonly FacetField[];
  onApply(text: string): void;
}

/** What occurs, how often, and a click away from being all that is shown, or no longer shown. */
export function FacetPanel({ state, text, fields, onApply }: Props) {
  const facets = state.counts?.facets ?? null;
  if (!facets)
    return (
      <div className="grid gap-3" aria-busy={state.loading}>
        {state.failed ? <FailedFacets onRetry={state.retry} /> : fields.map((field) => <Skeleton key={field} className="h-24" />)}
      </div>
    );
  return (
    <div aria-busy={state.loading} className={classNames('grid gap-4 transition-opacity duration-150', state.loading && 'opacity-55')}>
      {fields.map((field) => (
        <Facet key={field} field={field} {...facets.fields[field]} text={text} onApply={onApply} />
      ))}
      {facets.scanned !== null && <p className="text-faint text-xs">Counted from the newest {exactText(facets.scanned)} events only.</p>}
    </div>
  );
}

const FailedFacets = ({ onRetry }: { onRetry(): void }) => (
  <div className="grid justify-items-start gap-2 text-muted text-sm">
    What occurs could not be counted.
    <Button size="sm" onClick={onRetry}>
      Count again
    </Button>
  </div>
);

const FEW = 6;

function Facet({
  field,
  values,
  more,
  text,
  onApply,
}: { field: FacetField; values: FacetValue[]; more: boolean } & Pick<Props, 'text' | 'onApply'>) {
  const [all, setAll] = useState(false);
  const { only, without } = chosenValues(text, field);
  if (values.length === 0) return null;
  const most = Math.max(1, ...values.map(({ count }) => count));
  const shown = values.filter(({ value }, index) => all || index < FEW || only.includes(value) || without.includes(value));
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 font-semibold text-sm capitalize">{field}</legend>
      <ul className="grid">
        {shown.map(({ value, count }) => (
          <li key={value} className="group relative flex items-center">
            <FacetButton
              field={field}
              value={value}
              count={count}
              share={count / most}
              chosen={only.includes(value)}
              excluded={without.includes(value)}
              onToggle={() => onApply(toggleValue(text, field, value, without.includes(value)))}
            />
            {!without.includes(value) && (
              <IconButton
                label={`Leave out ${value === '' ? 'those without' : value}`}
                onClick={() => onApply(toggleValue(only.includes(value) ? toggleValue(text, field, value) : text, field, value, true))}
                className="absolute right-0 size-6! bg-hover opacity-0 focus-visible:opacity-100 group-hover:opacity-100 coarse:hidden"
              >
                <Minus />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
      {(values.length > shown.length || all) && values.length > FEW && (
        <button
          type="button"
          onClick={() => setAll(!all)}
          className="mt-0.5 inline-flex h-6 items-center gap-1 rounded-control px-1.5 text-muted text-xs hover:text-text"
        >
          {all ? <Minus aria-hidden="true" className="size-3" /> : <Plus aria-hidden="true" className="size-3" />}
          {all ? 'Fewer' : `${values.length - shown.length} more`}
        </button>
      )}
      {all && more && <p className="px-1.5 text-faint text-xs">The {values.length} most frequent ones.</p>}
    </fieldset>
  );
}

interface ButtonProps {
  field: FacetField;
  value: string;
  count: number;
  /** Of the most frequent value. */
  share: number;
  chosen: boolean;
  excluded: boolean;
  onToggle(): void;
}

function FacetButton({ field, value, count, share, chosen, excluded, onToggle }: ButtonProps) {
  const marked = (field === 'decision' || field === 'outcome') && value !== '';
  const look = marked ? decisionLook(value) : null;
  const Icon = look?.icon;
  return (
    <button
      type="button"
      aria-pressed={chosen || excluded}
      onClick={onToggle}
      className={classNames(
        'relative flex h-7 w-full min-w-0 items-center gap-1.5 overflow-hidden rounded-control px-1.5 text-left text-sm hover:bg-hover coarse:h-9',
        chosen && 'bg-accent-tint font-medium',
      )}
    >
      <span
        aria-hidden="true"
        className={classNames('absolute inset-y-0.5 left-0 rounded-[4px]', chosen ? 'bg-accent/15' : 'bg-line/55')}
        style={{ width: `${Math.max(0.01, share) * 100}%` }}
      />
      {excluded && <span className="sr-only">left out: </span>}
      {Icon && (
        <Icon aria-hidden="true" className="relative size-3 shrink-0" strokeWidth={2.5} style={{ color: `var(--color-${look?.tone})` }} />
      )}
      <span
        className={classNames(
          'clip relative min-w-0 flex-1',
          !marked && field !== 'kind' && 'font-mono text-xs',
          excluded && 'text-muted line-through',
        )}
      >
        {value === '' ? <span className="text-muted italic">none</span> : marked ? look?.word : <VisibleText text={value} />}
      </span>
      <span className="relative text-muted text-xs" title={exactText(count)}>
        {countText(count)}
        <span className="sr-only"> events</span>
      </span>
    </button>
  );
}
