import type { ChainHead } from '@toolgate/audit/chain';
import type { Checkpoint } from '@toolgate/audit/checkpoint';
import type { SigningKeys } from '@toolgate/services/audit/checkpoint-read';
import { Download } from 'lucide-react';
import { buttonClass } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { CodeBlock } from '@/components/ui/code-block';
import { CopyButton } from '@/components/ui/copy-button';
import { RelativeTime } from '@/components/ui/relative-time';

export function Proof({
  org,
  head,
  checkpoint,
  keys,
}: {
  org: string;
  head: ChainHead | null;
  checkpoint: Checkpoint | null;
  keys: SigningKeys;
}) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      {keys.current === null && (
        <Callout tone="limited">Nothing is signed: the operator has set no signing key. The hash chain is kept all the same.</Callout>
      )}
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-6 gap-y-1.5 text-sm">
        <dt className="text-muted">Newest event</dt>
        <dd>{head ? `event ${head.seq.toLocaleString('en')}` : 'none yet'}</dd>
        <dt className="text-muted">Newest checkpoint</dt>
        <dd>
          {checkpoint ? (
            <>
              event {checkpoint.seq.toLocaleString('en')}, signed <RelativeTime at={checkpoint.at} />
            </>
          ) : (
            'none yet: one is signed within a minute of an event'
          )}
        </dd>
        {checkpoint && (
          <>
            <dt className="text-muted">Its hash</dt>
            <dd className="flex items-center gap-1">
              <span className="clip min-w-0 font-mono" title={checkpoint.hash}>
                {checkpoint.hash}
              </span>
              <CopyButton value={checkpoint.hash} label="Copy hash" className="-my-1" />
            </dd>
          </>
        )}
        {keys.current !== null && (
          <>
            <dt className="text-muted">Signing key</dt>
            <dd className="font-mono">{keys.current}</dd>
          </>
        )}
      </dl>
      {keys.keys.length > 0 && (
        <div className="flex flex-wrap gap-2">
          {checkpoint && (
            <a href={`/api/${org}/audit/checkpoints`} download className={buttonClass('secondary', 'md')}>
              <Download /> Download checkpoints
            </a>
          )}
          <a href={`/api/${org}/audit/public-key`} download className={buttonClass('secondary', 'md')}>
            <Download /> Download public key
          </a>
        </div>
      )}
      <CodeBlock
        title="Check an export offline"
        copyLabel="Copy command"
        code="npm run -s toolgate -- audit verify audit.jsonl --public-key toolgate-public-key.pem"
        wrap
      />
    </div>
  );
}
