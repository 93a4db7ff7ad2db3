import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from '@/components/class-names';

export type StepState = 'done' | 'current' | 'later';

/** A step of the way: what is done stays in sight with its result, what comes later is named. */
export function Step({
  number,
  title,
  state,
  result,
  children,
}: {
  number: number;
  title: string;
  state: StepState;
  result?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <li
      aria-current={state === 'current' ? 'step' : undefined}
      className="relative grid grid-cols-[1.75rem_minmax(0,1fr)] gap-x-4 pb-8 last:pb-0"
    >
      <span aria-hidden="true" className="absolute top-7 bottom-0 left-3.5 w-px bg-line [li:last-child>&]:hidden" />
      <span
        aria-hidden="true"
        className={classNames(
          'relative inline-flex size-7 items-center justify-center rounded-full border text-sm',
          state === 'done' && 'border-allowed/40 bg-allowed-tint text-allowed',
          state === 'current' && 'border-accent bg-accent font-semibold text-on-accent',
          state === 'later' && 'border-line-strong border-dashed text-muted',
        )}
      >
        {state === 'done' ? <Check className="size-4" strokeWidth={2.5} /> : number}
      </span>
      <div className="min-w-0 pt-0.5">
        <h2 className={classNames('text-lg', state === 'later' && 'font-normal text-muted')}>
          {title}
          <span className="sr-only">{state === 'done' ? ', done' : state === 'later' ? ', later' : ''}</span>
        </h2>
        {result && <div className="mt-0.5 text-muted">{result}</div>}
        {children && <div className="mt-4">{children}</div>}
      </div>
    </li>
  );
}
