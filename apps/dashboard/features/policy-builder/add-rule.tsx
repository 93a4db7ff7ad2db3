'use client';
import type { PolicyDocument } from '@toolgate/policy/document';
import { addRule } from '@toolgate/policy/edit-rule';
import { Plus } from 'lucide-react';
import { memo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { Edit } from './rule-form/edit.ts';

/** A rule for a pattern such as `get_*`, or for a tool that no server has yet. */
export const AddRule = memo(function AddRule({
  document,
  disabled,
  onEdit,
}: {
  document: PolicyDocument;
  disabled: boolean;
  onEdit: Edit;
}) {
  const [name, setName] = useState('');
  const taken = document.tools.has(name);
  return (
    <form
      className="max-w-120"
      onSubmit={(event) => {
        event.preventDefault();
        if (name === '' || taken || disabled) return;
        onEdit((source) => addRule(source, name));
        setName('');
      }}
    >
      <Field
        label="Rule for a pattern or another tool"
        error={taken ? `There is a rule for ${name} already.` : null}
        help="* stands for any characters: get_*. The new rule denies until you say otherwise."
      >
        <div className="flex gap-2">
          <Input
            mono
            value={name}
            maxLength={256}
            placeholder="get_*"
            disabled={disabled}
            onChange={(event) => setName(event.target.value)}
          />
          <Button type="submit" disabled={disabled || name === '' || taken}>
            <Plus aria-hidden="true" /> Add rule
          </Button>
        </div>
      </Field>
    </form>
  );
});
