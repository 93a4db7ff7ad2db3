'use client';
import { setLimit } from '@toolgate/policy/edit-limit';
import { rulePointer, setRule } from '@toolgate/policy/edit-rule';
import { LimitInUse } from '@/components/limits/limit-in-use';
import { calls } from '@/components/limits/used-words';
import { Input } from '@/components/ui/input';
import { numericArguments } from './argument-paths.ts';
import { ConcurrencySentence } from './concurrency-sentence.tsx';
import { LimitSentence } from './limit-sentence.tsx';
import type { Edit } from './rule-form/edit.ts';
import type { ToolRow } from './tool-rows.ts';

/** What is changed most often, without opening the rule: the numbers of its limits, the reason of a denial. */
export function RuleInPlace({
  row: { name, tool, rule, choice, from },
  disabled,
  onEdit,
}: {
  row: ToolRow;
  disabled: boolean;
  onEdit: Edit;
}) {
  if (rule?.action === 'allow' && rule.limits.length + rule.concurrency.length > 0)
    return (
      <div className="grid gap-1 border-line border-l-2 pl-3">
        {rule.limits.map((limit, index) => (
          <div key={limit.pointer} className="flex flex-wrap items-center gap-x-4 gap-y-1">
            <LimitSentence
              name={rule.limits.length > 1 ? `${name}, ${index + 1}` : name}
              limit={limit}
              amounts={numericArguments(tool?.inputSchema)}
              disabled={disabled}
              onChange={(change) =>
                onEdit((source) => setLimit(source, rule, limit, change), change.max === undefined ? undefined : `${limit.pointer} max`)
              }
            />
            {rule.mode === 'enforce' && <LimitInUse limit={{ ...limit, name: limit.counter }} />}
          </div>
        ))}
        {rule.concurrency.map((limit) => (
          <div key={limit.pointer} className="flex flex-wrap items-center gap-x-4 gap-y-1">
            <ConcurrencySentence who={name} limit={limit} disabled={disabled} onEdit={onEdit} />
            {rule.mode === 'enforce' && <LimitInUse limit={calls(name, limit)} />}
          </div>
        ))}
      </div>
    );
  if (choice !== 'deny' || from.kind !== 'rule') return null;
  return (
    <Input
      aria-label={`Reason that a caller of ${name} is told`}
      placeholder="Reason that the caller is told (optional)"
      maxLength={500}
      disabled={disabled}
      value={rule?.reason ?? ''}
      onChange={(event) => onEdit((source) => setRule(source, rulePointer(name), { reason: event.target.value }), `${name} reason`)}
      className="max-w-120"
    />
  );
}
