'use client';
import type { ApprovalWebhookRead } from '@toolgate/services/approval/read-webhook';
import { type FormEvent, useState } from 'react';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { CodeBlock } from '@/components/ui/code-block';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { RelativeTime } from '@/components/ui/relative-time';
import { useAction } from '@/components/use-action';
import { removeWebhookAction, setWebhookAction } from './actions';
import type { Plain } from './plain';

/** Where requests for approval are told to besides this inbox. */
export function WebhookPanel({ org, webhook, mayManage }: { org: string; webhook: Plain<ApprovalWebhookRead> | null; mayManage: boolean }) {
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <section aria-labelledby="webhook-title" className="grid gap-4">
      <h2 id="webhook-title" className="font-semibold text-lg">
        Webhook
      </h2>
      <p className="text-muted">
        A webhook is told of each call that waits: which tool, which grant, and the page on which to answer. Never the arguments. Every
        message is signed (Standard Webhooks, HMAC-SHA-256).
      </p>
      {webhook && <Present org={org} webhook={webhook} mayManage={mayManage} onRemoved={() => setSecret(null)} />}
      {secret && (
        <Callout tone="limited" title="The signing secret is shown this once">
          <CodeBlock code={secret} wrap className="mt-2" />
        </Callout>
      )}
      {mayManage ? (
        <SetForm org={org} replaces={webhook !== null} onSecret={setSecret} />
      ) : (
        <p className="text-muted text-sm">An owner or admin can set this.</p>
      )}
    </section>
  );
}

function Present({
  org,
  webhook,
  mayManage,
  onRemoved,
}: {
  org: string;
  webhook: Plain<ApprovalWebhookRead>;
  mayManage: boolean;
  onRemoved(): void;
}) {
  const { run, pending, refusal } = useAction(removeWebhookAction, {
    onDone: () => {
      onRemoved();
      notify('Webhook removed');
    },
  });
  return (
    <div className="panel grid gap-2 p-4">
      <p className="break-all font-mono text-sm">{webhook.url}</p>
      <p className="text-muted text-sm">
        Secret <code className="font-mono">••••{webhook.hint}</code>, set by {webhook.setBy} <RelativeTime at={webhook.setAt} />.{' '}
        {webhook.deliveredAt ? (
          <>
            Last told <RelativeTime at={webhook.deliveredAt} />.
          </>
        ) : (
          'Nothing was told yet.'
        )}
      </p>
      {webhook.lastError && <Callout tone="error">{webhook.lastError}</Callout>}
      {refusal && <Callout tone="denied">{refusal.message}</Callout>}
      {mayManage && (
        <Button variant="danger" pending={pending} onClick={() => run(org)} className="justify-self-start">
          Remove webhook
        </Button>
      )}
    </div>
  );
}

function SetForm({ org, replaces, onSecret }: { org: string; replaces: boolean; onSecret(secret: string): void }) {
  const [url, setUrl] = useState('');
  const { run, pending, refusal, fields } = useAction(setWebhookAction, {
    onDone: ({ secret }) => {
      setUrl('');
      onSecret(secret);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!pending) run(org, url);
  };
  return (
    <form onSubmit={submit} className="grid gap-3">
      <Field label={replaces ? 'Another address' : 'Address'} error={fields.url ?? refusal?.message} help="https, at a public address.">
        <Input value={url} onChange={(event) => setUrl(event.target.value)} placeholder="https://hooks.example.com/approvals" mono />
      </Field>
      <Button type="submit" variant="primary" pending={pending} className="justify-self-start">
        {replaces ? 'Replace webhook' : 'Set webhook'}
      </Button>
    </form>
  );
}
