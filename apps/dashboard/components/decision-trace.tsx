import { classNames } from './class-names';

interface Step {
  step: string;
  result: string;
  rule?: string | undefined;
  note?: string | undefined;
}

/** The steps of a decision in the order they were taken; the last one decided. */
export function DecisionTrace({ trace }: { trace: Step[] }) {
  return (
    <ol className="grid text-sm">
      {trace.map((step, at) => {
        const decided = at === trace.length - 1;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps never move.
          <li key={at} className="grid grid-cols-[1.25rem_minmax(0,1fr)] gap-2">
            <span aria-hidden="true" className="grid justify-items-center">
              <span className={classNames('mt-2 size-1.5 rounded-full', decided ? 'bg-text' : 'bg-line-strong')} />
              {!decided && <span className="w-px flex-1 bg-line" />}
            </span>
            <div className={classNames('pb-2', decided ? 'font-medium' : 'text-muted')}>
              <div className="flex flex-wrap justify-between gap-x-3">
                <span>{step.step.replaceAll('_', ' ')}</span>
                <span>{step.result.replaceAll('_', ' ')}</span>
              </div>
              {step.rule !== undefined && <div className="break-all font-mono font-normal text-xs">{step.rule || '/'}</div>}
              {step.note && <div className="font-normal text-xs">{step.note}</div>}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
