'use client';
import { useState } from 'react';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { type BuilderGrant, GRANT_KINDS } from './builder-grant.ts';

const ANOTHER = '';

/** Who calls: one of the organization's grants, or one that is made up. */
export function GrantFields({
  grants,
  grant,
  onChange,
}: {
  grants: BuilderGrant[];
  grant: BuilderGrant;
  onChange(grant: BuilderGrant): void;
}) {
  const [another, setAnother] = useState(!grants.some(({ label }) => label === grant.label));
  const groups = [
    ['Governed by this policy', grants.filter(({ governed }) => governed)],
    ['Other grants', grants.filter(({ governed }) => !governed)],
  ] as const;
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field label="As the grant">
        <Select
          value={another ? ANOTHER : grant.label}
          onChange={(event) => {
            const chosen = grants.find(({ label }) => label === event.target.value);
            setAnother(!chosen);
            onChange(chosen ?? { ...grant, id: null, paused: false, governed: false });
          }}
        >
          {groups.map(
            ([title, members]) =>
              members.length > 0 && (
                <optgroup key={title} label={title}>
                  {members.map(({ label, kind, paused }) => (
                    <option key={label} value={label}>
                      {label} ({paused ? `${kind}, paused` : kind})
                    </option>
                  ))}
                </optgroup>
              ),
          )}
          <option value={ANOTHER}>Another …</option>
        </Select>
      </Field>
      {another && (
        <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-3">
          <Field label="Label">
            <Input value={grant.label} maxLength={100} onChange={(event) => onChange({ ...grant, label: event.target.value })} />
          </Field>
          <Field label="Tag">
            <Select value={grant.kind} onChange={(event) => onChange({ ...grant, kind: event.target.value as BuilderGrant['kind'] })}>
              {GRANT_KINDS.map((kind) => (
                <option key={kind} value={kind}>
                  {kind}
                </option>
              ))}
            </Select>
          </Field>
        </div>
      )}
    </div>
  );
}
