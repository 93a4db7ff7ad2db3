import type { AuditEvent } from '@toolgate/audit/event';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { DecisionTrace } from '@/components/decision-trace';
import { ClockTime } from '@/components/ui/clock-time';
import { CodeBlock } from '@/components/ui/code-block';
import { CopyButton } from '@/components/ui/copy-button';
import { DecisionMark } from '@/components/ui/decision-mark';
import { VisibleText } from '@/components/visible-text';
import { eventMark } from './event-mark.ts';
import { changeText, durationText, ruleHref, sizeText } from './event-text.ts';

/** Everything that is recorded of one event, most asked for first. */
export function EventDetail({ organization, event, policySlug }: { organization: string; event: AuditEvent; policySlug: string | null }) {
  const mark = eventMark(event);
  const { detail } = event;
  return (
    <div className="grid gap-6">
      <section aria-label="What happened" className="grid gap-2">
        <div className="flex flex-wrap items-center gap-2">
          {mark && <DecisionMark {...mark} />}
          <span className={event.kind === 'call' ? 'break-all font-mono text-base' : 'text-base'}>
            <VisibleText text={event.kind === 'change' ? changeText(event) : (event.tool ?? event.method ?? 'request')} />
          </span>
        </div>
        {event.message && (
          <figure className="grid gap-1">
            <figcaption className="text-muted text-xs">The agent was told</figcaption>
            <blockquote className="rounded-control border border-line bg-sunken px-3 py-2 text-sm">
              <VisibleText text={event.message} />
            </blockquote>
          </figure>
        )}
        <RuleLine organization={organization} event={event} policySlug={policySlug} />
        {detail.shadow && (
          <p className="text-sm">
            A shadow rule would have decided <DecisionMark decision={detail.shadow.effect} shadow />{' '}
            <Code>{detail.shadow.rule ?? detail.shadow.code}</Code>
          </p>
        )}
      </section>
      {detail.trace && detail.trace.length > 0 && (
        <Part title="How it was decided">
          <DecisionTrace trace={detail.trace} />
        </Part>
      )}
      {event.kind === 'change' && (detail.before !== undefined || detail.after !== undefined) && <Change event={event} />}
      <Part title={event.kind === 'change' ? 'Who and when' : 'Who and what'}>
        <Facts event={event} />
      </Part>
      <Part title="Place in the chain">
        <dl className="grid gap-2 text-sm">
          <Fact name="Number">{event.seq}</Fact>
          <Hash name="Hash" value={event.hash} />
          <Hash name="Hash of the event before" value={event.prevHash} />
        </dl>
      </Part>
      <details>
        <summary className="w-fit rounded-control font-medium text-sm">Raw event</summary>
        <CodeBlock code={JSON.stringify(event, null, 2)} title={`event ${event.seq}`} copyLabel="Copy event as JSON" className="mt-2" />
      </details>
    </div>
  );
}

function RuleLine({ organization, event, policySlug }: { organization: string; event: AuditEvent; policySlug: string | null }) {
  if (event.kind === 'change') return null;
  const href = ruleHref(organization, event, policySlug);
  const name = event.detail.policy ?? policySlug ?? 'policy';
  return (
    <p className="text-sm">
      {event.code && event.code !== 'allowed' && (
        <>
          <Code>{event.code}</Code>{' '}
        </>
      )}
      {href ? (
        <Link href={href} className="link">
          {name} version {event.policyVersion}
          {event.rule !== null && (
            <>
              , line of <span className="break-all font-mono text-xs">{event.rule || '/'}</span>
            </>
          )}
        </Link>
      ) : (
        <span className="text-muted">
          {event.policyVersion === null
            ? 'No line of a policy decided.'
            : `${name} version ${event.policyVersion}${event.rule ? `, ${event.rule}` : ''}`}
        </span>
      )}
    </p>
  );
}

function Facts({ event }: { event: AuditEvent }) {
  const { detail } = event;
  const facts: [string, ReactNode][] = [
    ['When', <ClockTime key="at" at={event.at} />],
    ['By', event.kind === 'change' ? event.actor : event.grant],
    ['Client', event.client && <VisibleText key="client" text={event.client} />],
    ['Server', event.server],
    [
      'Method',
      event.kind === 'call' && event.method && (
        <Code>
          <VisibleText text={event.method} />
        </Code>
      ),
    ],
    ['Took', durationText(event.latencyMs)],
    ['Outcome', event.outcome?.replaceAll('_', ' ')],
    [
      'Limit',
      detail.limit &&
        `${detail.limit.max} of ${detail.limit.max} used, counter ${detail.limit.counter}; free again after ${durationText(detail.limit.retryAfterMs)}`,
    ],
    [
      'Argument names',
      detail.argumentKeys &&
        (detail.argumentKeys.length ? (
          <Code>
            <VisibleText text={detail.argumentKeys.join(', ')} />
          </Code>
        ) : (
          'none'
        )),
    ],
    ['Sent and received', detail.requestBytes !== undefined && `${sizeText(detail.requestBytes)}, ${sizeText(detail.responseBytes ?? 0)}`],
    ['Server answered', detail.upstreamStatus !== undefined && `HTTP ${detail.upstreamStatus}`],
    ['Fault', detail.fault && <VisibleText key="fault" text={detail.fault} />],
    ['Address', detail.ip && <Code>{detail.ip}</Code>],
    ['Request', event.requestId && <Code>{event.requestId}</Code>],
    ['Action', event.action && <Code>{event.action}</Code>],
  ];
  return (
    <dl className="grid gap-2 text-sm">
      {facts.map(([name, value]) =>
        value ? (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ) : null,
      )}
    </dl>
  );
}

function Change({ event }: { event: AuditEvent }) {
  const sides = [
    ['Before', event.detail.before],
    ['After', event.detail.after],
  ] as const;
  return (
    <Part title="What changed">
      <div className="grid gap-3">
        {sides.map(([title, value]) =>
          value === undefined ? null : <CodeBlock key={title} title={title} code={asText(value)} copyLabel={`Copy ${title}`} wrap />,
        )}
      </div>
    </Part>
  );
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="grid gap-2">
      <h3 className="font-semibold text-sm">{title}</h3>
      {children}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[8rem_minmax(0,1fr)] gap-3">
      <dt className="text-muted">{name}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  );
}

function Hash({ name, value }: { name: string; value: string }) {
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

const Code = ({ children }: { children: ReactNode }) => <code className="break-all font-mono text-xs">{children}</code>;
