'use client';
import type { Decision } from '@toolgate/policy/decision';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { ClockTime } from '@/components/ui/clock-time';
import { DecisionMark } from '@/components/ui/decision-mark';
import { VisibleText } from '@/components/visible-text';
import { EFFECT_WORDS } from '../effect-words.ts';
import type { RecordedCall } from './recorded-call.ts';

interface Props {
  organization: string;
  call: RecordedCall;
  /** Of the call as it is filled in now; null: there is none. */
  now: Decision | null;
  /** What decides now: `version 5`, `this draft`. */
  by: string;
  onShow(pointer: string): void;
  children: ReactNode;
}

/** What was decided about a call of the log, beside what would be decided about it now. */
export function RecordedBeside({ organization, call, now, by, onShow, children }: Props) {
  const { seq, at, grant, server, decided } = call;
  return (
    <section aria-label="Recorded call" className="grid grid-cols-[minmax(0,1fr)] gap-3 rounded-control border border-line bg-sunken p-3">
      <p className="text-sm">
        <Link href={`/${organization}/audit?event=${seq}`} className="link">
          Call #{seq}
        </Link>{' '}
        of <ClockTime at={at} milliseconds={false} />
        {grant !== null && (
          <>
            , by <VisibleText text={grant} />
          </>
        )}
        {server !== null && `, on ${server}`}
      </p>
      <dl className="grid gap-3 text-sm sm:grid-cols-2">
        <Side
          title={<Then policy={decided.policy} />}
          mark={<DecisionMark decision={decided.decision} />}
          code={decided.code}
          rule={decided.rule !== null && <span className="break-all font-mono text-xs">{decided.rule || '/'}</span>}
          message={decided.message}
        />
        <Side
          title={`Now, by ${by}`}
          mark={now ? <DecisionMark decision={now.effect} label={EFFECT_WORDS[now.effect]} /> : 'not decided'}
          code={now?.code ?? null}
          rule={
            now?.rule != null && (
              <button type="button" onClick={() => onShow(now.rule ?? '')} className="link break-all text-left font-mono text-xs">
                {now.rule || '/'}
              </button>
            )
          }
          message={now?.message ?? null}
        />
      </dl>
      {now && <p className="text-sm">{comparison(decided.effect, now.effect)}</p>}
      {children}
    </section>
  );
}

function Then({ policy }: { policy: RecordedCall['decided']['policy'] }) {
  if (!policy) return 'Then, by no policy';
  const name = `${policy.name} version ${policy.version}`;
  return policy.href === null ? (
    `Then, by ${name}`
  ) : (
    <>
      Then, by{' '}
      <Link href={policy.href} className="link">
        {name}
      </Link>
    </>
  );
}

function Side({
  title,
  mark,
  code,
  rule,
  message,
}: {
  title: ReactNode;
  mark: ReactNode;
  code: string | null;
  rule: ReactNode;
  message: string | null;
}) {
  return (
    <div className="min-w-0">
      <dt className="mb-1 text-muted text-xs">{title}</dt>
      <dd className="grid grid-cols-[minmax(0,1fr)] gap-1">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          {mark}
          {code && <code className="break-all font-mono text-xs">{code}</code>}
        </span>
        {rule}
        {message && (
          <span className="break-words text-muted">
            <VisibleText text={message} />
          </span>
        )}
      </dd>
    </div>
  );
}

function comparison(then: Decision['effect'] | null, now: Decision['effect']): string {
  if (then === null) return 'No policy was asked then.';
  return then === now ? 'The same is decided now.' : `Then it was ${EFFECT_WORDS[then]}, now it is ${EFFECT_WORDS[now]}.`;
}
