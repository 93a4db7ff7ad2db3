'use client';
import { describeRun, type PolicyTestRun } from '@toolgate/policy/policy-test';
import { Check, Trash2, X } from 'lucide-react';
import { IconButton } from '@/components/ui/icon-button';
import type { KeptTest } from '../replay/life.worker.ts';

interface Props {
  test: KeptTest;
  /** Null: not run yet. */
  run: PolicyTestRun | null;
  onShow?(pointer: string): void;
  /** Null: may not. */
  onRemove: (() => void) | null;
}

/** A test with what it expects and, if it fails, what it got. */
export function TestRow({ test, run, onShow, onRemove }: Props) {
  const { name, call, expected } = test;
  const rule = run?.got.rule ?? null;
  return (
    <li
      data-test={run ? (run.passes ? 'passes' : 'fails') : 'waits'}
      className="flex items-start gap-2 rounded-control border border-line px-2 py-1.5 text-sm"
    >
      <span className={`mt-0.5 shrink-0 [&_svg]:size-4 ${run === null ? 'text-faint' : run.passes ? 'text-allowed' : 'text-denied'}`}>
        {run === null ? null : run.passes ? <Check aria-hidden="true" /> : <X aria-hidden="true" />}
        <span className="sr-only">{run === null ? 'not run yet' : run.passes ? 'passes' : 'fails'}</span>
      </span>
      <div className="grid min-w-0 flex-1 gap-0.5">
        <span className="break-words font-medium">{name}</span>
        <span className="break-words text-muted text-xs">
          <code className="font-mono">{call.tool.name}</code> as {call.grant.label || 'nobody'}: {describeRun(expected)}
        </span>
        {run && !run.passes && (
          <span className="break-all text-denied text-xs">
            Got: {describeRun(run.got)}.{' '}
            {rule !== null && onShow && (
              <button type="button" onClick={() => onShow(rule)} className="link">
                Show the line
              </button>
            )}
          </span>
        )}
      </div>
      {onRemove && (
        <IconButton label={`Remove test ${name}`} onClick={onRemove}>
          <Trash2 />
        </IconButton>
      )}
    </li>
  );
}
