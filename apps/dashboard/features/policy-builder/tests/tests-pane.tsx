'use client';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { useAction } from '@/components/use-action';
import type { KeptTest } from '../replay/life.worker.ts';
import { addPolicyTestAction, removePolicyTestAction } from './actions.ts';
import { TestRow } from './test-row.tsx';
import { failingOf, useTestRuns } from './use-test-runs.ts';

interface Props {
  organization: string;
  policyId: string;
  source: string;
  tests: readonly KeptTest[];
  mayManage: boolean;
  onShow(pointer: string): void;
  /** To where calls are tried. */
  onTry(): void;
}

/** The policy's tests, run against the draft while it is edited. */
export function TestsPane({ organization, policyId, source, tests, mayManage, onShow, onTry }: Props) {
  const runs = useTestRuns(source, tests);
  const failing = failingOf(tests, runs);
  const remove = useAction(removePolicyTestAction);
  const takeAway = (test: KeptTest) => {
    remove.run(organization, { policyId, testId: test.id });
    const { name, call, expected } = test;
    notify(`Test “${name}” removed`, { undo: () => void addPolicyTestAction(organization, { policyId, name, call, expected }) });
  };
  if (tests.length === 0)
    return (
      <div className="grid justify-items-start gap-3 p-3 text-sm">
        <p className="text-muted">
          A test is a call and what must become of it. All tests run at every publish, and one that fails blocks it. Try a call, then save
          it as a test.
        </p>
        {mayManage && (
          <Button size="sm" onClick={onTry}>
            Try a call
          </Button>
        )}
      </div>
    );
  return (
    <div className="grid gap-3 p-3">
      <p role="status" className="text-sm">
        {runs === null
          ? 'Running …'
          : failing.length === 0
            ? `All ${tests.length === 1 ? '' : `${tests.length} `}tests pass with this draft.`
            : `${failing.length} of ${tests.length} ${tests.length === 1 ? 'test fails' : 'tests fail'} with this draft: it cannot be published like this.`}
      </p>
      {remove.refusal && <Callout tone="denied">{remove.refusal.message}</Callout>}
      <ul aria-label="Tests" className="grid gap-2">
        {tests.map((test) => (
          <TestRow
            key={test.id}
            test={test}
            run={runs?.[test.id] ?? null}
            onShow={onShow}
            onRemove={mayManage ? () => takeAway(test) : null}
          />
        ))}
      </ul>
    </div>
  );
}
