'use client';
import { Callout } from '@/components/ui/callout';
import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/select';

/** Hours; 0: enforced at once. */
export const SHADOW_HOURS = [0, 1, 24, 168] as const;

const WORDS: Record<number, string> = { 0: 'No: enforce it at once', 1: 'For an hour', 24: 'For 24 hours', 168: 'For 7 days' };

/** Whether the new version is only recorded at first. `version`: the one in force meanwhile. */
export function ShadowField({
  hours,
  version,
  onChange,
  error,
}: {
  hours: number;
  version: number;
  onChange(hours: number): void;
  error: string | undefined;
}) {
  return (
    <div className="grid gap-2">
      <Field
        label="Shadow first"
        help="Its decisions are recorded beside those of the version in force; then it takes force."
        error={error}
      >
        <Select value={hours} onChange={(event) => onChange(Number(event.target.value))}>
          {SHADOW_HOURS.map((each) => (
            <option key={each} value={each}>
              {WORDS[each]}
            </option>
          ))}
        </Select>
      </Field>
      {hours > 0 && (
        <Callout tone="limited" title={`Until then version ${version} is enforced`}>
          What this version would have decided otherwise is marked in the audit log, and counted on this page. Then it takes force by
          itself; until then it can be enforced or withdrawn at any time.
        </Callout>
      )}
    </div>
  );
}
