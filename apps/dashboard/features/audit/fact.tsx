import type { ReactNode } from 'react';
import { CopyButton } from '@/components/ui/copy-button';

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[8rem_minmax(0,1fr)] gap-3 max-sm:grid-cols-[6.5rem_minmax(0,1fr)]">
      <dt className="text-muted">{name}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  );
}

export function HashFact({ name, value }: { name: string; value: string }) {
  return (
    <Fact name={name}>
      <span className="flex items-center gap-1">
        <span className="clip min-w-0 font-mono text-xs" title={value}>
          {value}
        </span>
        <CopyButton value={value} label={`Copy ${name.toLowerCase()}`} />
      </span>
    </Fact>
  );
}

export const Code = ({ children }: { children: ReactNode }) => <code className="break-all font-mono text-xs">{children}</code>;
