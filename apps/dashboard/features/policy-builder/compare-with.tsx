'use client';
import type { VersionSummary } from '@toolgate/services/policy/read';
import { useRouter } from 'next/navigation';
import { Select } from '@/components/ui/select';

/** Which version this one is compared with; the choice is in the address. */
export function CompareWith({
  number,
  other,
  versions,
}: {
  number: number;
  other: number;
  versions: readonly Pick<VersionSummary, 'number' | 'message'>[];
}) {
  const router = useRouter();
  return (
    <div className="flex items-center gap-2 text-sm">
      with
      <Select
        aria-label="Compare with version"
        value={other === number ? '' : other}
        onChange={(event) => router.push(`?view=compare&with=${event.target.value}`)}
      >
        {other === number && <option value="">choose a version</option>}
        {versions
          .filter((version) => version.number !== number)
          .map((version) => (
            <option key={version.number} value={version.number}>
              version {version.number}
              {version.message && `: ${version.message.slice(0, 60)}`}
            </option>
          ))}
      </Select>
    </div>
  );
}
