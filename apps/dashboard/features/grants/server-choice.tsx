'use client';
import Link from 'next/link';
import { Checkbox } from '@/components/ui/checkbox';
import { Select } from '@/components/ui/select';

export interface ServerOption {
  id: string;
  slug: string;
  name: string;
}

export interface PolicyOption {
  id: string;
  slug: string;
  name: string;
  currentVersion: number;
}

/** Policy id by server id: a server that is not in it is not reached. */
export type Chosen = Record<string, string>;

/** Which servers, and which policy governs each. */
export function ServerChoice({
  org,
  servers,
  policies,
  chosen,
  onChange,
  error,
}: {
  org: string;
  servers: ServerOption[];
  policies: PolicyOption[];
  chosen: Chosen;
  onChange(chosen: Chosen): void;
  error?: string | undefined;
}) {
  const toggle = (id: string, on: boolean) => {
    const { [id]: _, ...others } = chosen;
    onChange(on ? { ...others, [id]: policies[0]?.id ?? '' } : others);
  };
  return (
    <fieldset className="grid gap-1.5" aria-describedby={error ? 'servers-error' : undefined}>
      <legend className="mb-1.5 font-medium text-sm">Servers, and the policy that governs each</legend>
      <div className="panel divide-y divide-line">
        {servers.map((server) => (
          <div
            key={server.id}
            className="grid min-h-11 grid-cols-[1fr_minmax(9rem,1fr)] items-center gap-3 px-3 py-1.5 max-[26rem]:grid-cols-1"
          >
            <Checkbox checked={server.id in chosen} onChange={(event) => toggle(server.id, event.target.checked)} className="items-center">
              <span className="font-mono text-sm">{server.slug}</span> <span className="text-muted text-sm">{server.name}</span>
            </Checkbox>
            {server.id in chosen && (
              <Select
                aria-label={`Policy for ${server.name}`}
                value={chosen[server.id]}
                onChange={(event) => onChange({ ...chosen, [server.id]: event.target.value })}
              >
                {policies.map((policy) => (
                  <option key={policy.id} value={policy.id}>
                    {policy.name} (version {policy.currentVersion})
                  </option>
                ))}
              </Select>
            )}
          </div>
        ))}
      </div>
      {error && (
        <p id="servers-error" className="text-denied text-sm">
          {error}
        </p>
      )}
      <p className="text-muted text-xs">
        What is not ticked cannot be reached. See the{' '}
        <Link href={`/${org}/policies`} className="link">
          policies
        </Link>
        .
      </p>
    </fieldset>
  );
}

export const asGrantServers = (chosen: Chosen) => Object.entries(chosen).map(([serverId, policyId]) => ({ serverId, policyId }));
