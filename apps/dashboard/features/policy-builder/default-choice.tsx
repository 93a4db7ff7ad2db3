'use client';
import type { PolicyDocument } from '@toolgate/policy/document';
import { editPolicy } from '@toolgate/policy/edit';
import { memo } from 'react';
import { SegmentedControl } from '@/components/ui/segmented-control';
import type { Edit } from './rule-form/edit.ts';

/** What happens to tools that no rule names. */
export const DefaultChoice = memo(function DefaultChoice({
  value,
  disabled,
  onEdit,
}: {
  value: PolicyDocument['default'];
  disabled: boolean;
  onEdit: Edit;
}) {
  return (
    <div className="flex flex-wrap items-center gap-2 text-sm">
      Tools without a rule are
      <SegmentedControl
        label="Tools without a rule"
        size="sm"
        value={value}
        onChange={(next) => onEdit((source) => editPolicy(source, { kind: 'default', value: next }))}
        options={[
          { value: 'deny', label: 'Denied', disabled },
          { value: 'allow', label: 'Allowed', disabled },
        ]}
      />
    </div>
  );
});
