'use client';
import type { PolicyEntry, PolicyRule } from '@toolgate/policy/document';
import { addEntry, type EntryList } from '@toolgate/policy/edit-entry';
import { rulePointer } from '@toolgate/policy/edit-rule';
import { Plus } from 'lucide-react';
import { Button } from '@/components/ui/button';
import type { ToolArgument } from '../argument-paths.ts';
import { fittingValue } from './condition-value.ts';
import type { Edit } from './edit.ts';
import { EntryForm } from './entry-form.tsx';
import { FormSection } from './form-section.tsx';

interface Props {
  /** Null: all tools. */
  name: string | null;
  rule: PolicyRule;
  list: EntryList;
  args: readonly ToolArgument[];
  disabled: boolean;
  onEdit: Edit;
}

const WORDS: Record<EntryList, { title: string; note: string; add: string; always: string }> = {
  require: { title: 'Only if', note: 'every one of these holds, else the call is denied', add: 'Requirement', always: '' },
  deny_if: { title: 'Not if', note: 'one of these holds', add: 'Reason to deny', always: 'Always' },
  approve_if: { title: 'Ask a person if', note: 'one of these holds', add: 'Reason to ask', always: 'Always' },
};

/** One of the three lists of a rule's entries. */
export function ConditionsSection({ name, rule, list, args, disabled, onEdit }: Props) {
  const { title, note, add, always } = WORDS[list];
  const entries = entriesOf(rule, list);
  const [first] = args;
  const path = first?.path ?? 'args.name';
  const fresh = { path, op: 'eq' as const, value: fittingValue('eq', first ?? null, undefined, null) };
  return (
    <FormSection
      title={title}
      {...(entries.length > 0 ? { note } : {})}
      actions={
        <>
          <Button
            size="sm"
            variant="quiet"
            disabled={disabled}
            onClick={() => onEdit((source) => addEntry(source, rulePointer(name), list, [fresh]))}
          >
            <Plus /> {add}
          </Button>
          {always && !entries.some(({ conditions }) => conditions.length === 0) && (
            <Button
              size="sm"
              variant="quiet"
              disabled={disabled}
              aria-label={`${title}: always`}
              onClick={() => onEdit((source) => addEntry(source, rulePointer(name), list, []))}
            >
              <Plus /> {always}
            </Button>
          )}
        </>
      }
    >
      {entries.map((entry, index) => (
        <EntryForm
          key={entry.pointer}
          label={`${name ?? 'all tools'}, ${title.toLowerCase()} ${index + 1}`}
          list={list}
          entry={entry}
          place={{ index, count: entries.length }}
          fresh={fresh}
          args={args}
          disabled={disabled}
          onEdit={onEdit}
        />
      ))}
    </FormSection>
  );
}

function entriesOf(rule: PolicyRule, list: EntryList): PolicyEntry[] {
  switch (list) {
    case 'require':
      return rule.require;
    case 'deny_if':
      return rule.denyIf;
    case 'approve_if':
      return rule.approveIf;
  }
}
