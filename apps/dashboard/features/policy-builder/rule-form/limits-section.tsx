'use client';
import type { PolicyLimit, PolicyRule } from '@toolgate/policy/document';
import { addConcurrency, addLimit, freeCounter, type LimitMembers, removeLimit, setLimit } from '@toolgate/policy/edit-limit';
import { rulePointer } from '@toolgate/policy/edit-rule';
import { rateCounter } from '@toolgate/policy/normalise';
import { Plus, Trash2 } from 'lucide-react';
import { LimitOwners } from '@/components/limits/limit-in-use';
import { calls } from '@/components/limits/used-words';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { IconButton } from '@/components/ui/icon-button';
import { ConcurrencySentence } from '../concurrency-sentence.tsx';
import { LimitSentence } from '../limit-sentence.tsx';
import type { Edit } from './edit.ts';
import { FormSection } from './form-section.tsx';
import { readCounter } from './read-typed.ts';
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
          enforced={rule.mode === 'enforce'}
          onChange={(members) => onEdit((source) => setLimit(source, rule, limit, members), aboutOf(limit, members))}
          onRemove={() => onEdit((source) => removeLimit(source, limit.pointer))}
        />
      ))}
      {rule.concurrency.map((limit) => (
        <div key={limit.pointer} className="grid grid-cols-[minmax(0,1fr)] gap-1 border-line border-l-2 pl-3">
          <div className="flex items-start gap-2">
            <div className="min-w-0 flex-1">
              <ConcurrencySentence who={who} limit={limit} disabled={disabled} onEdit={onEdit} />
            </div>
            <IconButton
              label={`Remove the limit of calls of ${who} at once`}
              disabled={disabled}
              onClick={() => onEdit((source) => removeLimit(source, limit.pointer))}
            >
              <Trash2 />
            </IconButton>
          </div>
          {rule.mode === 'enforce' && <LimitOwners limit={calls(name, limit)} />}
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
  enforced,
  onChange,
  onRemove,
}: {
  who: string;
  limit: PolicyLimit;
  amounts: readonly string[];
  disabled: boolean;
  /** Of a rule in shadow another counter counts, which nobody can read. */
  enforced: boolean;
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
      {enforced && <LimitOwners limit={{ ...limit, name: limit.counter }} />}
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
