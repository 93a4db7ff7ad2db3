'use client';
import type { CompletionOption } from '@toolgate/audit/query/complete';
import { useEffect, useRef } from 'react';
import { classNames } from '@/components/class-names';
import { VisibleText } from '@/components/visible-text';

interface Props {
  id: string;
  options: readonly CompletionOption[];
  /** The one that Enter takes; −1: none. */
  active: number;
  onTake(option: CompletionOption): void;
}

/** What may come next, below the query. */
export function CompletionList({ id, options, active, onTake }: Props) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active >= 0) list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div
      ref={list}
      id={id}
      role="listbox"
      aria-label="Completions"
      tabIndex={-1}
      hidden={options.length === 0}
      className="absolute inset-x-0 top-full z-40 mt-1 max-h-72 max-w-120 animate-enter overflow-y-auto rounded-panel bg-raised p-1 shadow-float"
    >
      {options.map((option, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the combobox's.
        <div
          key={option.insert}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          // Not a click: the input would lose the focus, and the list would be gone before it.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onTake(option)}
          className={classNames(
            'flex min-h-7 cursor-pointer items-baseline justify-between gap-4 rounded-control px-2 py-1 text-sm hover:bg-hover coarse:min-h-10',
            index === active && 'bg-hover',
          )}
        >
          <span className="min-w-0 break-all font-mono">
            <VisibleText text={option.label} />
          </span>
          <span className="clip text-muted text-xs">{option.detail}</span>
        </div>
      ))}
    </div>
  );
}
