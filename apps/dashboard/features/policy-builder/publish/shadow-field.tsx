'use client';
import { Callout } from '@/components/ui/callout';
import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/select';

/** Hours; 0: enforced at once. */
export const SHADOW_HOURS = [0, 1, 24, 168] as const;

const WORDS: Record<number, string> = { 0: 'No: enforce it at once', 1: 'For an hour', 24: 'For 24 hours', 168: 'For 7 days' };

/** Whether the new version is only recorded at first. */
export function ShadowField({ hours, onChange, error }: { hours: number; onChange(hours: number): void; error: string | undefined }) {
  return (
    <div className="grid gap-2">
      <Field label="Shadow first" help="Its decisions are recorded, not enforced; afterwards it is enforced by itself." error={error}>
        <Select value={hours} onChange={(event) => onChange(Number(event.target.value))}>
          {SHADOW_HOURS.map((each) => (
            <option key={each} value={each}>
              {WORDS[each]}
            </option>
          ))}
        </Select>
      </Field>
      {hours > 0 && (
        <Callout tone="limited" title="Until then nothing is refused">
          Every call of these grants passes, also what the version before refuses. What this version would have refused is marked in the
          audit log.
        </Callout>
      )}
    </div>
  );
}
