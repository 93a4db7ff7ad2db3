'use client';
import type { PolicyApproval } from '@toolgate/policy/document';
import { setEntry } from '@toolgate/policy/edit-entry';
import { Checkbox } from '@/components/ui/checkbox';
import type { Edit } from './edit.ts';
import { readDuration, readWhole } from './read-typed.ts';
import { TypedInput } from './typed-input.tsx';

interface Props {
  label: string;
  entry: PolicyApproval;
  disabled: boolean;
  onEdit: Edit;
}

/** How many people, how long they have, and whether whoever made the grant is one of them. */
export function ApprovalTerms({ label, entry, disabled, onEdit }: Props) {
  const { pointer, approvals, timeoutMs, excludeRequester } = entry;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 text-sm">
      <span className="flex flex-wrap items-center gap-1.5">
        <TypedInput
          narrow
          numeric
          label={`How many people approve ${label}`}
          written={String(approvals)}
          read={readWhole(1, 10)}
          disabled={disabled}
          onChange={(next) => onEdit((source) => setEntry(source, pointer, { approvals: next }), `${pointer} approvals`)}
        />
        {approvals === 1 ? 'person has' : 'people have'}
        <TypedInput
          narrow
          label={`How long there is to approve ${label}`}
          written={durationOf(timeoutMs)}
          read={readDuration}
          disabled={disabled}
          onChange={(next) => onEdit((source) => setEntry(source, pointer, { timeout: next }), `${pointer} timeout`)}
        />
        to answer
      </span>
      <Checkbox
        disabled={disabled}
        checked={excludeRequester}
        onChange={({ target }) => onEdit((source) => setEntry(source, pointer, { exclude_requester: target.checked || undefined }))}
        className="text-muted text-xs"
      >
        not by whoever made the grant
      </Checkbox>
    </div>
  );
}

/** As the language writes it: `10m`, `36h`, `90s`. */
function durationOf(ms: number): string {
  for (const [unit, length] of UNITS) if (ms % length === 0) return `${ms / length}${unit}`;
  return `${Math.ceil(ms / 1_000)}s`;
}
const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
] as const;
