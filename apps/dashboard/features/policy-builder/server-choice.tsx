'use client';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { Select } from '@/components/ui/select';

interface Props {
  servers: { id: string; name: string }[];
  /** How many servers the policy governs. */
  governed: number;
  /** '' : those that it governs. */
  chosen: string;
}

/** Which server's tools are the rows of the table; kept in the URL. */
export function ServerChoice({ servers, governed, chosen }: Props) {
  const router = useRouter();
  const path = usePathname();
  const params = useSearchParams();
  return (
    <div className="flex items-center gap-2 text-sm">
      <label htmlFor="server-choice" className="whitespace-nowrap text-muted">
        Tools of
      </label>
      <Select
        id="server-choice"
        value={chosen}
        onChange={(event) => {
          const next = new URLSearchParams(params);
          if (event.target.value) next.set('server', event.target.value);
          else next.delete('server');
          router.replace(`${path}?${next}`, { scroll: false });
        }}
        className="max-w-52"
      >
        <option value="">{governed > 0 ? 'the servers it governs' : 'no server'}</option>
        {servers.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Select>
    </div>
  );
}
