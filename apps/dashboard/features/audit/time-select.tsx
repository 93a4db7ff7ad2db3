'use client';
import { setTime } from '@toolgate/audit/query/edit';
import { parseQuery } from '@toolgate/audit/query/parse';
import { Select } from '@/components/ui/select';

const AGES = [
  ['15m', 'Last 15 minutes'],
  ['1h', 'Last hour'],
  ['6h', 'Last 6 hours'],
  ['24h', 'Last 24 hours'],
  ['7d', 'Last 7 days'],
  ['30d', 'Last 30 days'],
] as const;

/** The time range of the query; it is in its text at once. */
export function TimeSelect({ text, onApply }: { text: string; onApply(text: string): void }) {
  const times = parseQuery(text).query.terms.filter((term) => term.kind === 'time');
  const [first, ...others] = times;
  const age = first && others.length === 0 && first.bound === 'since' ? AGES.find(([one]) => one === first.moment)?.[0] : undefined;
  const custom = times.map(({ bound, moment }) => `${bound} ${moment.replace('T', ' ').replace('Z', '')}`).join(', ');
  return (
    <Select
      aria-label="Time range"
      data-time
      value={age ?? (times.length > 0 ? 'custom' : '')}
      onChange={(event) => onApply(setTime(text, { since: event.target.value || null, until: null }))}
      className="max-w-44 flex-1 basis-36 [&>select]:h-9 coarse:[&>select]:h-10"
    >
      <option value="">Any time</option>
      {AGES.map(([one, label]) => (
        <option key={one} value={one}>
          {label}
        </option>
      ))}
      {times.length > 0 && age === undefined && (
        <option value="custom" disabled>
          {custom}
        </option>
      )}
    </Select>
  );
}
