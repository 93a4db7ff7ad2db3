import type { AuditEvent } from '@toolgate/audit/event';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { DecisionTrace } from '@/components/decision-trace';
import { ClockTime } from '@/components/ui/clock-time';
import { CodeBlock } from '@/components/ui/code-block';
import { DecisionMark } from '@/components/ui/decision-mark';
import { VisibleText } from '@/components/visible-text';
import { ChainProof } from './chain-proof.tsx';
import { eventMark } from './event-mark.ts';
import { Marks } from './event-table.tsx';
import { changeText, decidingRule, durationText, ruleHref, sizeText } from './event-text.ts';
import { Code, Fact } from './fact.tsx';
import { NextTimePart } from './next-time-part.tsx';
import type { Background, RuleWords } from './read-background.ts';
import { Timing } from './timing.tsx';
import { isToolCall } from './tool-call.ts';
import type { BackgroundState } from './use-background.ts';

interface Props {
  organization: string;
  event: AuditEvent;
  policySlug: string | null;
  /** What is shown of captured arguments. */
  captured?: ReactNode;
  background?: BackgroundState;
}

/** Everything that is recorded of one event, most asked for first. */
export function EventDetail({ organization, event, policySlug, captured, background = 'loading' }: Props) {
  const mark = eventMark(event);
  const { detail } = event;
  return (
    <div className="grid gap-6">
      <section aria-label="What happened" className="grid gap-2">
        <div className="flex flex-wrap items-center gap-2">
          {mark && <Marks {...mark} />}
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
        <RuleLine
          organization={organization}
          event={event}
          policySlug={policySlug}
          words={typeof background === 'object' ? background.rule : null}
          today={typeof background === 'object' ? background.today : null}
        />
        {detail.shadow && (
          <div className="grid gap-1 rounded-control border border-line-strong border-dashed px-3 py-2 text-sm">
            <p>
              {detail.shadow.version === undefined ? 'A shadow rule' : `Version ${detail.shadow.version}, in its shadow period,`} would have
              decided <DecisionMark decision={detail.shadow.effect} shadow />. It was recorded, not enforced.
            </p>
            {typeof background === 'object' && background.shadowRule && <p>{background.shadowRule.sentence}</p>}
            <p>
              <Code>{detail.shadow.rule ?? detail.shadow.code}</Code>
            </p>
          </div>
        )}
        {isToolCall(event) && background !== 'failed' && (
          <NextTimePart
            organization={organization}
            event={event}
            next={typeof background === 'object' ? (background.next ?? undefined) : undefined}
          />
        )}
      </section>
      {detail.trace && detail.trace.length > 0 && (
        <Part title="How it was decided">
          <DecisionTrace trace={detail.trace} />
        </Part>
      )}
      {detail.captured && captured && <Part title="Arguments">{captured}</Part>}
      {event.kind === 'call' && event.latencyMs !== null && (
        <Part title="How long it took">
          <Timing event={event} />
        </Part>
      )}
      {event.kind === 'change' && (detail.before !== undefined || detail.after !== undefined) && <Change event={event} />}
      <Part title={event.kind === 'change' ? 'Who and when' : 'Who and what'}>
        <Facts event={event} />
      </Part>
      <Part title="Place in the chain">
        <ChainProof event={event} background={background} />
      </Part>
      <details>
        <summary className="w-fit rounded-control font-medium text-sm">Raw event</summary>
        <CodeBlock code={JSON.stringify(event, null, 2)} title={`event ${event.seq}`} copyLabel="Copy event as JSON" className="mt-2" />
      </details>
    </div>
  );
}

function RuleLine({
  organization,
  event,
  policySlug,
  words,
  today,
}: Omit<Props, 'background'> & { words: RuleWords | null; today: Background['today'] }) {
  if (event.kind === 'change') return null;
  const rule = decidingRule(event);
  const href = ruleHref(organization, event, policySlug);
  const name = event.detail.policy ?? policySlug ?? 'policy';
  return (
    <div className="grid gap-1 text-sm">
      {words && <p>{words.sentence}</p>}
      <p>
        {event.code && event.code !== 'allowed' && (
          <>
            <Code>{event.code}</Code>{' '}
          </>
        )}
        {href ? (
          <Link href={href} className="link">
            {name} version {event.policyVersion}
            {rule !== null && (
              <>
                , line {words?.line ?? 'of'} <span className="break-all font-mono text-xs">{rule || '/'}</span>
              </>
            )}
          </Link>
        ) : (
          <span className="text-muted">
            {event.policyVersion === null
              ? 'No line of a policy decided.'
              : `${name} version ${event.policyVersion}${rule ? `, ${rule}` : ''}`}
          </span>
        )}
      </p>
      {today && (
        <p className="text-muted">
          In force now is version {today.version}
          {today.line === null ? ', in which this line is gone.' : `, where this line says: ${today.sentence}`}
        </p>
      )}
    </div>
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
