'use client';
import { ExternalLink } from 'lucide-react';
import { useState } from 'react';
import { buttonClass } from '@/components/ui/button';
import { CodeBlock } from '@/components/ui/code-block';
import { SegmentedControl } from '@/components/ui/segmented-control';
import { CLIENTS, type ClientId, exportLine, tokenVariable } from './clients';

/** How to connect a client: its token into the environment, then a link, a command or a file. */
export function Connect({ org, url }: { org: string; url: string }) {
  const [id, setId] = useState<ClientId>('claude-code');
  const client = CLIENTS.find((one) => one.id === id) ?? CLIENTS[0]!;
  const variable = tokenVariable(org);
  const connection = { name: org, url, variable };
  const link = client.installLink?.(connection);
  const needsVariable = client.snippets(connection).some(({ code }) => code.includes(variable)) && client.id !== 'vs-code';
  return (
    <div className="grid min-w-0 gap-4">
      <SegmentedControl
        label="Client"
        value={id}
        onChange={setId}
        options={CLIENTS.map((one) => ({ value: one.id, label: one.label }))}
        className="justify-self-start"
      />
      <ol className="grid gap-4">
        {needsVariable && (
          <Step number={1} title="Put the token where the client finds it">
            <CodeBlock code={exportLine(variable, null)} title="Terminal" copyLabel="Copy command" />
          </Step>
        )}
        <Step number={needsVariable ? 2 : 1} title={link ? `Add it to ${client.label}, by link or by file` : `Add it to ${client.label}`}>
          <div className="grid gap-3">
            {link && (
              <a href={link} className={buttonClass('primary', 'md', 'justify-self-start')}>
                <ExternalLink /> Add to {client.label}
              </a>
            )}
            {client.snippets(connection).map((snippet) => (
              <CodeBlock key={snippet.title} code={snippet.code} title={snippet.title} copyLabel={`Copy ${snippet.title}`} />
            ))}
          </div>
          <p className="mt-2 text-muted text-sm">{client.afterwards}</p>
        </Step>
      </ol>
    </div>
  );
}

function Step({ number, title, children }: { number: number; title: string; children: React.ReactNode }) {
  return (
    <li className="grid min-w-0 grid-cols-[1.25rem_minmax(0,1fr)] gap-x-3">
      <span
        aria-hidden="true"
        className="mt-px inline-flex size-5 items-center justify-center rounded-full border border-line-strong text-muted text-xs"
      >
        {number}
      </span>
      <div className="min-w-0">
        <h3 className="mb-2 font-medium">{title}</h3>
        {children}
      </div>
    </li>
  );
}
