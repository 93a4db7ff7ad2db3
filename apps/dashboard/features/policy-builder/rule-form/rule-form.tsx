'use client';
import type { PolicyRule } from '@toolgate/policy/document';
import { rulePointer, setRule } from '@toolgate/policy/edit-rule';
import { Checkbox } from '@/components/ui/checkbox';
import { Input } from '@/components/ui/input';
import { isNumeric, type ToolArgument } from '../argument-paths.ts';
import { ConditionsSection } from './conditions-section.tsx';
import type { Edit } from './edit.ts';
import { LimitsSection } from './limits-section.tsx';

interface Props {
  /** A tool or pattern; null: all tools. */
  name: string | null;
  rule: PolicyRule;
  /** Of the tools that it is on. */
  args: readonly ToolArgument[];
  disabled: boolean;
  onEdit: Edit;
}

/** Everything that a rule can say, besides its action: when it applies, how often, and what is told. */
export function RuleForm({ name, rule, args, disabled, onEdit }: Props) {
  const pointer = rulePointer(name);
  const shared = { name, rule, args, disabled, onEdit };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      {rule.action === 'allow' && (
        <>
          <ConditionsSection {...shared} list="require" />
          <ConditionsSection {...shared} list="deny_if" />
          <ConditionsSection {...shared} list="approve_if" />
          <LimitsSection
            name={name}
            rule={rule}
            amounts={args.filter(isNumeric).map(({ path }) => path)}
            disabled={disabled}
            onEdit={onEdit}
          />
        </>
      )}
      {(rule.action !== 'allow' || rule.reason !== null) && (
        <Input
          aria-label={`Reason that a caller of ${name ?? 'any tool'} is told`}
          placeholder="Reason that the caller is told (optional)"
          maxLength={500}
          disabled={disabled}
          value={rule.reason ?? ''}
          onChange={(event) => onEdit((source) => setRule(source, pointer, { reason: event.target.value }), `${pointer} reason`)}
          className="max-w-120"
        />
      )}
      <Checkbox
        disabled={disabled}
        checked={rule.mode === 'shadow'}
        onChange={(event) => onEdit((source) => setRule(source, pointer, { mode: event.target.checked ? 'shadow' : 'enforce' }))}
      >
        Only record what this rule would decide (shadow)
      </Checkbox>
    </div>
  );
}
