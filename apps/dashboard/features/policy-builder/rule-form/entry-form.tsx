'use client';
import type { PolicyApproval, PolicyEntry } from '@toolgate/policy/document';
import {
  addCondition,
  type ConditionText,
  type EntryList,
  removeCondition,
  removeEntry,
  setCondition,
  setEntry,
} from '@toolgate/policy/edit-entry';
import { moveEntry } from '@toolgate/policy/edit-order';
import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import type { ToolArgument } from '../argument-paths.ts';
import { ApprovalTerms } from './approval-terms.tsx';
import { ConditionRow } from './condition-row.tsx';
import type { Edit } from './edit.ts';

interface Props {
  label: string;
  list: EntryList;
  entry: PolicyEntry;
  /** Where it stands among so many: the first that refuses is what the caller is told. */
  place: { index: number; count: number };
  /** The condition that another one begins as. */
  fresh: ConditionText;
  args: readonly ToolArgument[];
  disabled: boolean;
  onEdit: Edit;
}

/** Conditions that hold together, and what the caller is told. */
export function EntryForm({ label, list, entry, place, fresh, args, disabled, onEdit }: Props) {
  const { pointer, conditions, message } = entry;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2 border-line border-l-2 pl-3">
      {conditions.length === 0 && (
        <div className="flex items-center justify-between gap-2 text-sm">
          Always, whatever the arguments are
          <IconButton label={`Remove ${label}`} disabled={disabled} onClick={() => onEdit((source) => removeEntry(source, pointer))}>
            <Trash2 />
          </IconButton>
        </div>
      )}
      {conditions.map((condition, index) => (
        <div key={condition.pointer} className="grid grid-cols-[minmax(0,1fr)] gap-2">
          {index > 0 && <span className="text-muted text-xs">and</span>}
          <ConditionRow
            label={`${label}, condition ${index + 1}`}
            condition={condition}
            quantifier={list === 'require' ? 'every' : 'some'}
            args={args}
            disabled={disabled}
            onChange={(next) => onEdit((source) => setCondition(source, condition.pointer, next), `${condition.pointer} value`)}
            onRemove={() => onEdit((source) => removeCondition(source, condition.pointer))}
          />
        </div>
      ))}
      <div className="flex flex-wrap items-center gap-2">
        <Button size="sm" variant="quiet" disabled={disabled} onClick={() => onEdit((source) => addCondition(source, pointer, fresh))}>
          <Plus /> and
        </Button>
        <Input
          aria-label={`What the caller of ${label} is told`}
          placeholder="What the caller is told (else the paths are named)"
          maxLength={500}
          disabled={disabled}
          value={message ?? ''}
          onChange={(event) => onEdit((source) => setEntry(source, pointer, { message: event.target.value }), `${pointer} message`)}
          className="min-w-0 flex-1 basis-48 text-sm"
        />
        {place.count > 1 &&
          (['up', 'down'] as const).map((direction) => (
            <IconButton
              key={direction}
              label={`Move ${label} ${direction}`}
              disabled={disabled || place.index === (direction === 'up' ? 0 : place.count - 1)}
              onClick={() => onEdit((source) => moveEntry(source, pointer, direction))}
            >
              {direction === 'up' ? <ArrowUp /> : <ArrowDown />}
            </IconButton>
          ))}
      </div>
      {list === 'approve_if' && <ApprovalTerms label={label} entry={entry as PolicyApproval} disabled={disabled} onEdit={onEdit} />}
    </div>
  );
}
