import { classNames } from './class-names';

interface Step {
  step: string;
  result: string;
  rule?: string | undefined;
  note?: string | undefined;
}

/** The steps of a decision in the order they were taken; the last one decided. `onRule`: shows a place of the document by its pointer. */
export function DecisionTrace({ trace, onRule }: { trace: Step[]; onRule?(pointer: string): void }) {
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
              {step.rule !== undefined && <Rule pointer={step.rule} onRule={onRule} />}
              {step.note && <div className="font-normal text-xs">{step.note}</div>}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function Rule({ pointer, onRule }: { pointer: string; onRule: ((pointer: string) => void) | undefined }) {
  const look = 'break-all text-left font-mono font-normal text-xs';
  if (!onRule) return <div className={look}>{pointer || '/'}</div>;
  return (
    <button type="button" onClick={() => onRule(pointer)} className={`link ${look}`}>
      {pointer || '/'}
    </button>
  );
}
