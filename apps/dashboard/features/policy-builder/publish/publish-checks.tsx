'use client';
import type { PolicyTestRun } from '@toolgate/policy/policy-test';
import { useEffect } from 'react';
import { Callout } from '@/components/ui/callout';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { KeptTest } from '../replay/life.worker.ts';
import { callsUrl, ReplayProgress } from '../replay/replay-pane.tsx';
import { ReplayResultView, replaySummary } from '../replay/replay-result.tsx';
import { useLifeWorker } from '../replay/use-life-worker.ts';
import { TestRow } from '../tests/test-row.tsx';
import { failingOf } from '../tests/use-test-runs.ts';

/** The policy's tests against the text that is to be published; who may, can override those that fail. */
export function TestsCheck({
  tests,
  runs,
  mayOverride,
  reason,
  onReason,
}: {
  tests: readonly KeptTest[];
  runs: Record<string, PolicyTestRun> | null;
  mayOverride: boolean;
  reason: string;
  onReason(reason: string): void;
}) {
  const failing = failingOf(tests, runs);
  if (tests.length === 0)
    return <p className="text-muted text-sm">This policy has no tests yet: a call that was tried can be saved as one.</p>;
  if (runs === null) return <p className="text-muted text-sm">Running {tests.length} tests …</p>;
  if (failing.length === 0) return <p className="text-sm">{tests.length === 1 ? 'Its test passes.' : `All ${tests.length} tests pass.`}</p>;
  return (
    <div className="grid gap-2">
      <Callout tone="denied" title={`${failing.length} of ${tests.length} ${tests.length === 1 ? 'test fails' : 'tests fail'}`}>
        {mayOverride
          ? 'It is published only with a reason, which the history keeps.'
          : 'It cannot be published. An owner or admin may override.'}
      </Callout>
      <ul aria-label="Failing tests" className="grid gap-1">
        {failing.map((test) => (
          <TestRow key={test.id} test={test} run={runs[test.id] ?? null} onRemove={null} />
        ))}
      </ul>
      {mayOverride && (
        <Field label="Reason for publishing anyway">
          <Input value={reason} maxLength={300} onChange={(event) => onReason(event.target.value)} />
        </Field>
      )}
    </div>
  );
}

const LAST = 1000;

/** The last thousand calls decided again, as the dialog opens. */
export function ReplayCheck({ organization, policy, source }: { organization: string; policy: string; source: string }) {
  const { state, ask } = useLifeWorker<'replay'>();
  useEffect(() => ask({ kind: 'replay', source, url: callsUrl(organization, policy, LAST) }), [organization, policy, source, ask]);
  switch (state.kind) {
    case 'idle':
    case 'working':
      return <ReplayProgress read={state.kind === 'working' ? state.read : 0} last={LAST} />;
    case 'fault':
      return <p className="text-muted text-sm">The last calls could not be replayed: {state.message}</p>;
    case 'done': {
      const { result, tookMs } = state.done;
      if (result.total === 0) return <p className="text-muted text-sm">There are no recorded calls to replay yet.</p>;
      return (
        <details>
          <summary className="text-sm">
            The last {result.total.toLocaleString('en')} calls: {replaySummary(result)}
          </summary>
          <div className="mt-2">
            <ReplayResultView organization={organization} result={result} tookMs={tookMs} />
          </div>
        </details>
      );
    }
  }
}
