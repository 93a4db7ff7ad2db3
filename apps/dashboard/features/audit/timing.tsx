import type { AuditEvent } from '@toolgate/audit/event';
import { durationText } from './event-text.ts';

/** When it came and how long it took, on a line: what of it the gateway waited for the ledger's answer, as far as is known. */
export function Timing({ event }: { event: AuditEvent }) {
  const { latencyMs, detail } = event;
  if (latencyMs === null) return null;
  const received = Date.parse(event.at);
  const admitted = detail.admittedAt ? Date.parse(detail.admittedAt) - received : null;
  const steps: [string, number][] =
    admitted !== null && admitted > 0 && admitted < latencyMs
      ? [
          ['read, decided and recorded', admitted],
          ['forwarded and answered', latencyMs - admitted],
        ]
      : [[event.decision === 'allowed' || event.decision === 'approved' ? 'from request to answer' : 'to the refusal', latencyMs]];
  return (
    <dl className="grid gap-1.5 text-sm">
      {steps.map(([name, ms]) => (
        <div key={name} className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-0.5">
          <dt className="text-muted">{name}</dt>
          <dd className="contents">
            <span>{durationText(ms) || '0 ms'}</span>
            {steps.length > 1 && (
              <span aria-hidden="true" className="col-span-2 block h-1 rounded-full bg-line">
                <span
                  className="block h-full rounded-full bg-muted"
                  style={{ width: `${Math.max(1, (ms / Math.max(1, latencyMs)) * 100)}%` }}
                />
              </span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
