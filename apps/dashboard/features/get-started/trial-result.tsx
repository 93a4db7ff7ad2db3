import { DecisionMark } from '@/components/ui/decision-mark';
import { ScrollRegion } from '@/components/ui/scroll-region';
import { Spinner } from '@/components/ui/spinner';
import { VisibleText } from '@/components/visible-text';
import type { Trial } from './trial';

export function TrialResult({ trial, pending, times }: { trial: Trial | null; pending: boolean; times: number }) {
  if (pending)
    return (
      <p role="status" className="flex h-full min-h-40 items-center justify-center gap-2 text-muted text-sm">
        <Spinner /> {times === 1 ? 'Calling through the gateway' : `Calling ${times} times through the gateway`}
      </p>
    );
  if (!trial) return <p className="grid h-full min-h-40 place-content-center text-center text-muted text-sm">The result appears here.</p>;
  const last = trial.calls.at(-1);
  return (
    <div className="grid gap-3" role="status">
      {trial.calls.length > 1 ? (
        <ScrollRegion label="Calls" className="max-h-56 overflow-y-auto rounded-control border border-line bg-sunken">
          <ol className="font-mono text-xs">
            {trial.calls.toReversed().map((call) => (
              <li
                key={call.number}
                className="grid grid-cols-[2.25rem_minmax(0,1fr)_auto] items-center border-line/70 border-b px-3 py-1 last:border-b-0"
              >
                <span className="text-faint">{call.number}</span>
                <DecisionMark className="justify-self-start" decision={call.decision} plain={call.decision === 'allowed'} />
                <span className="text-muted">{call.ms} ms</span>
              </li>
            ))}
          </ol>
        </ScrollRegion>
      ) : (
        last && (
          <p className="flex items-center gap-3">
            <DecisionMark decision={last.decision} />
            <span className="text-muted text-sm">{last.ms} ms</span>
          </p>
        )
      )}
      {last && last.message !== '' && (
        <p className="text-sm">
          <span className="text-muted">The agent reads:</span> <VisibleText text={last.message} />
          {last.rule !== null && <span className="block font-mono text-muted text-xs">{last.rule}</span>}
        </p>
      )}
      {trial.picture && <Picture url={trial.picture} />}
    </div>
  );
}

function Picture({ url }: { url: string }) {
  // biome-ignore lint/performance/noImgElement: a data URL has nothing to optimise.
  return <img src={url} alt="What the tool made" className="max-h-64 w-auto justify-self-start rounded-control border border-line" />;
}
