'use client';
import { useEffect, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Select } from '@/components/ui/select';
import { ReplayResultView } from './replay-result.tsx';
import { useLifeWorker } from './use-life-worker.ts';

interface Props {
  organization: string;
  /** The policy's slug. */
  policy: string;
  source: string;
  /** The draft cannot be read. */
  broken: boolean;
  onShow(pointer: string): void;
}

const LASTS = [100, 1000, 10_000] as const;

/** What the draft would have made of the last recorded calls. */
export function ReplayPane({ organization, policy, source, broken, onShow }: Props) {
  const [last, setLast] = useState<number>(1000);
  const [replayed, setReplayed] = useState('');
  const { state, ask, cancel } = useLifeWorker<'replay'>();
  const stale = state.kind === 'done' && replayed !== source;
  const run = (withValues: boolean) => {
    setReplayed(source);
    ask({ kind: 'replay', source, url: `${callsUrl(organization, policy, last)}${withValues ? '&values=1' : ''}` });
  };
  return (
    <div className="grid gap-3 p-3">
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <span className="flex items-center gap-2">
          <span className="whitespace-nowrap">Decide again the last</span>
          <Select aria-label="How many calls" className="w-28" value={last} onChange={(event) => setLast(Number(event.target.value))}>
            {LASTS.map((count) => (
              <option key={count} value={count}>
                {count.toLocaleString('en')}
              </option>
            ))}
          </Select>
        </span>
        <span>calls with this draft.</span>
        {state.kind === 'working' ? (
          <Button size="sm" onClick={cancel}>
            Stop
          </Button>
        ) : (
          <Button size="sm" variant="primary" disabled={broken} onClick={() => run(false)}>
            Replay calls
          </Button>
        )}
      </div>
      <div aria-live="polite" className="grid gap-3">
        {state.kind === 'idle' && (
          <p className="text-muted text-sm">
            Decided in this browser, from the audit log: tool, argument names, grant and time. Nothing is called, nothing is counted.
          </p>
        )}
        {state.kind === 'working' && <ReplayProgress read={state.read} last={last} />}
        {state.kind === 'fault' && <Callout tone="error">{state.message}</Callout>}
        {stale && <Callout tone="limited">The draft has changed since: replay again.</Callout>}
        {state.kind === 'done' && (
          <ReplayResultView organization={organization} result={state.done.result} tookMs={state.done.tookMs} onShow={onShow} />
        )}
        {state.kind === 'done' && state.done.result.readable > 0 && (
          <ReadValues count={state.done.result.readable} disabled={broken} onRead={() => run(true)} />
        )}
      </div>
    </div>
  );
}

/** Values are read only when somebody wants them: it is in the log. */
function ReadValues({ count, disabled, onRead }: { count: number; disabled: boolean; onRead(): void }) {
  return (
    <Callout
      title={count === 1 ? 'The values of one of them were captured' : `The values of ${count.toLocaleString('en')} of them were captured`}
      action={
        <Button size="sm" disabled={disabled} onClick={onRead}>
          Replay with values
        </Button>
      }
    >
      With them more is decidable. That you read them, and how many, is recorded in the audit log.
    </Callout>
  );
}

export const callsUrl = (organization: string, policy: string, last: number): string =>
  `/api/${encodeURIComponent(organization)}/policies/${encodeURIComponent(policy)}/calls?last=${last}`;

/** Shown only when it takes long enough to be seen. */
export function ReplayProgress({ read, last }: { read: number; last: number }) {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSeen(true), 180);
    return () => clearTimeout(timer);
  }, []);
  if (!seen) return null;
  return (
    <div className="grid gap-1 text-muted text-sm">
      <progress aria-label="Calls read" value={read} max={last} className="h-1.5 w-full accent-accent" />
      <span className="tabular-nums">
        {read.toLocaleString('en')} of at most {last.toLocaleString('en')} calls read
      </span>
    </div>
  );
}
