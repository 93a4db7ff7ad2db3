'use client';
import type { PolicyLimit, PolicyRule } from '@toolgate/policy/document';
import {
  addConcurrency,
  addLimit,
  freeCounter,
  type LimitMembers,
  removeLimit,
  setConcurrency,
  setLimit,
} from '@toolgate/policy/edit-limit';
import { rulePointer } from '@toolgate/policy/edit-rule';
import { rateCounter } from '@toolgate/policy/normalise';
import { Plus, Trash2 } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { IconButton } from '@/components/ui/icon-button';
import { InlineSelect } from '../inline-select.tsx';
import { LimitSentence, SCOPES } from '../limit-sentence.tsx';
import type { Edit } from './edit.ts';
import { FormSection } from './form-section.tsx';
import { readCounter, readWhole } from './read-typed.ts';
import { TypedInput } from './typed-input.tsx';

interface Props {
  /** Null: all tools. */
  name: string | null;
  rule: PolicyRule;
  amounts: readonly string[];
  disabled: boolean;
  onEdit: Edit;
}

/** Limits of a rule: how much in any window, and how many calls at once. */
export function LimitsSection({ name, rule, amounts, disabled, onEdit }: Props) {
  const who = name ?? 'all tools';
  const add = (source: string) => {
    const counter = freeCounter(source, rateCounter(name ?? 'all_tools'));
    return addLimit(source, rulePointer(name), { counter, window: 'minute', max: 30, scope: 'grant' });
  };
  return (
    <FormSection
      title="Limits"
      actions={
        <>
          <Button size="sm" variant="quiet" disabled={disabled} onClick={() => onEdit(add)}>
            <Plus /> Limit
          </Button>
          <Button
            size="sm"
            variant="quiet"
            disabled={disabled}
            onClick={() => onEdit((source) => addConcurrency(source, rulePointer(name), { concurrency: 4, scope: 'grant' }))}
          >
            <Plus /> Calls at once
          </Button>
        </>
      }
    >
      {rule.limits.length + rule.concurrency.length === 0 && <p className="text-muted text-xs">None: as many calls as are made.</p>}
      {rule.limits.map((limit, index) => (
        <LimitForm
          key={limit.pointer}
          who={rule.limits.length > 1 ? `${who}, ${index + 1}` : who}
          limit={limit}
          amounts={amounts}
          disabled={disabled}
          onChange={(members) => onEdit((source) => setLimit(source, rule, limit, members), aboutOf(limit, members))}
          onRemove={() => onEdit((source) => removeLimit(source, limit.pointer))}
        />
      ))}
      {rule.concurrency.map(({ pointer, concurrency, scope }) => (
        <div key={pointer} className="flex flex-wrap items-center gap-x-1.5 gap-y-1 text-sm">
          at most
          <TypedInput
            narrow
            numeric
            label={`Most calls of ${who} at once`}
            written={String(concurrency)}
            read={readWhole(1, 10_000)}
            disabled={disabled}
            onChange={(next) => onEdit((source) => setConcurrency(source, pointer, { concurrency: next }), `${pointer} max`)}
          />
          calls at once per
          <InlineSelect
            label={`Who shares the calls of ${who} at once`}
            value={scope}
            disabled={disabled}
            options={SCOPES.map((value) => ({ value, label: value }))}
            onChange={(next) => onEdit((source) => setConcurrency(source, pointer, { scope: next }))}
          />
          <IconButton
            label={`Remove the limit of calls of ${who} at once`}
            disabled={disabled}
            onClick={() => onEdit((source) => removeLimit(source, pointer))}
            className="ml-auto"
          >
            <Trash2 />
          </IconButton>
        </div>
      ))}
    </FormSection>
  );
}

/** Typing a number or a name is one change. */
const aboutOf = ({ pointer }: PolicyLimit, members: LimitMembers): string | undefined =>
  members.max !== undefined || members.counter !== undefined ? `${pointer} ${Object.keys(members).join()}` : undefined;

function LimitForm({
  who,
  limit,
  amounts,
  disabled,
  onChange,
  onRemove,
}: {
  who: string;
  limit: PolicyLimit;
  amounts: readonly string[];
  disabled: boolean;
  onChange(members: LimitMembers): void;
  onRemove(): void;
}) {
  return (
    <div className="grid gap-2 border-line border-l-2 pl-3">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <LimitSentence name={who} limit={limit} amounts={amounts} disabled={disabled} onChange={onChange} />
        </div>
        <IconButton label={`Remove the limit of ${who}`} disabled={disabled} onClick={onRemove}>
          <Trash2 />
        </IconButton>
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-muted text-xs">
        <span className="flex items-center gap-1.5">
          counted as
          <TypedInput
            narrow
            mono
            label={`Counter of the limit of ${who}`}
            written={limit.counter}
            read={readCounter}
            disabled={disabled}
            onChange={(counter) => onChange({ counter })}
          />
        </span>
        <Checkbox
          disabled={disabled}
          checked={limit.refundOn.length > 0}
          onChange={(event) => onChange({ refund_on: event.target.checked ? ['tool_error'] : [] })}
        >
          give back when the tool reports an error
        </Checkbox>
        <Checkbox
          disabled={disabled}
          checked={limit.onUnavailable === 'allow'}
          onChange={(event) => onChange({ on_unavailable: event.target.checked ? 'allow' : 'deny' })}
        >
          let through when counters cannot be reached
        </Checkbox>
      </div>
    </div>
  );
}
