'use client';
import { Download } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { CopyButton } from '@/components/ui/copy-button';
import { Dialog } from '@/components/ui/dialog';
import { exportLine, tokenVariable } from './clients';

/** The only time the token is shown: it does not close before the token was copied, downloaded, or said to be kept; leaving the page is asked about. */
export function TokenDialog({
  org,
  label,
  token,
  doneLabel = 'Done',
  onDone,
}: {
  org: string;
  label: string;
  token: string;
  doneLabel?: string;
  onDone(): void;
}) {
  const [kept, setKept] = useState(false);
  const variable = tokenVariable(org);
  useEffect(() => {
    if (kept) return;
    const hold = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', hold);
    return () => window.removeEventListener('beforeunload', hold);
  }, [kept]);
  return (
    <Dialog
      open
      insistent
      width="lg"
      onOpenChange={() => {}}
      title={`Token of ${label}`}
      description="It is shown this once and cannot be shown again: only its hash is kept. Store it now."
      footer={
        <>
          <Checkbox checked={kept} onChange={(event) => setKept(event.target.checked)} className="mr-auto items-center text-sm">
            I have stored it
          </Checkbox>
          <Button variant="primary" disabled={!kept} onClick={onDone}>
            {doneLabel}
          </Button>
        </>
      }
    >
      <div className="grid gap-3">
        <output
          aria-label="Token"
          data-token
          className="block select-all break-all rounded-control border border-line-strong bg-sunken px-3 py-2.5 font-mono text-sm"
        >
          {token}
        </output>
        <div className="flex flex-wrap gap-2">
          <CopyButton value={token} label="Copy token" variant="primary" size="md" onCopied={() => setKept(true)}>
            Copy token
          </CopyButton>
          <CopyButton value={exportLine(variable, token)} label={`Copy as ${variable}`} size="md" onCopied={() => setKept(true)}>
            {`Copy as ${variable}`}
          </CopyButton>
          <Button
            onClick={() => {
              download(`${org}.env`, `${variable}=${token}\n`);
              setKept(true);
            }}
          >
            <Download /> Download .env
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function download(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
