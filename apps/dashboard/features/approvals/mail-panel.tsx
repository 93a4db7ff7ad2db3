'use client';
import type { ApprovalMailRead } from '@toolgate/services/approval/read-mail';
import { useState } from 'react';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { RelativeTime } from '@/components/ui/relative-time';
import { Switch } from '@/components/ui/switch';
import { useAction } from '@/components/use-action';
import { VisibleText } from '@/components/visible-text';
import { setMailAction, testMailAction } from './actions';
import type { Plain } from './plain';

interface Props {
  org: string;
  mail: Plain<ApprovalMailRead>;
  /** Who the e-mails are from; null: this installation sends none. */
  from: string | null;
  mayManage: boolean;
}

/** Whether those who may answer are told by e-mail, and whether that works. */
export function MailPanel({ org, mail, from, mayManage }: Props) {
  const { run, pending, refusal } = useAction(setMailAction);
  return (
    <section aria-labelledby="mail-title" className="grid gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <h2 id="mail-title" className="font-semibold text-lg">
          E-mail
        </h2>
        {from !== null && (
          <>
            <Switch
              label="E-mails about approvals"
              checked={mail.enabled}
              disabled={!mayManage || pending}
              onChange={(enabled) => run(org, enabled)}
            />
            <span className="text-muted text-sm">{mail.enabled ? 'on' : 'off'}</span>
          </>
        )}
      </div>
      {from === null ? (
        <p className="text-muted">
          This installation sends no e-mail: its operator sets <code className="font-mono text-sm">SMTP_URL</code> and{' '}
          <code className="font-mono text-sm">MAIL_FROM</code>.
        </p>
      ) : (
        <p className="text-muted">
          Everybody who may answer a call that waits is told once: the tool, the grant, the names of the arguments, and the page on which to
          answer. Never the values. From <span className="wrap-anywhere">{from}</span>.
        </p>
      )}
      {refusal && <Callout tone="denied">{refusal.message}</Callout>}
      {from !== null && <State mail={mail} />}
      {from !== null && <Problems org={org} lastError={mail.lastError} mayManage={mayManage} />}
    </section>
  );
}

function State({ mail }: { mail: Props['mail'] }) {
  const { setBy, setAt, enabled, deliveredAt } = mail;
  if (!setBy && !deliveredAt) return null;
  return (
    <p className="text-muted text-sm">
      {setBy && setAt && (
        <>
          Switched {enabled ? 'on' : 'off'} by <VisibleText text={setBy} /> <RelativeTime at={setAt} />.{' '}
        </>
      )}
      {deliveredAt && (
        <>
          Last sent <RelativeTime at={deliveredAt} />.
        </>
      )}
    </p>
  );
}

/** What went wrong last, and a way to see whether it still does. */
function Problems({ org, lastError, mayManage }: { org: string; lastError: string | null; mayManage: boolean }) {
  const [problem, setProblem] = useState<string | null>(null);
  const { run, pending, refusal } = useAction(testMailAction, {
    onDone: (value) => {
      setProblem(value.problem);
      if (value.problem === null) notify('The mail server took the test e-mail', { description: 'It goes to your own address.' });
    },
  });
  const ofTest = problem ?? refusal?.message ?? null;
  const shown = ofTest ?? lastError;
  return (
    <>
      <div role="status">
        {shown && (
          <Callout tone="error" title={ofTest === null ? 'The last e-mail was not sent' : 'The test e-mail was not sent'}>
            {shown}
          </Callout>
        )}
      </div>
      {mayManage && (
        <Button pending={pending} onClick={() => run(org)} className="justify-self-start">
          Send a test e-mail
        </Button>
      )}
    </>
  );
}
