/** OpenTelemetry logs over HTTP in JSON (OTLP 1.x, `ExportLogsServiceRequest`). */
import type { AuditEvent } from '@toolgate/audit/event';
import { post } from './post.ts';
import { type Deliver, DeliveryFailure, severityOf, summaryOf } from './sink.ts';

export const deliverOtlp: Deliver = async (outlet, sink, events) => {
  const observed = String(BigInt(Date.now()) * 1_000_000n);
  const resource = attributes({ 'service.name': 'toolgate', 'toolgate.organization': sink.organization });
  const logRecords = events.map((event) => logRecord(event, observed));
  const body = JSON.stringify({
    resourceLogs: [{ resource: { attributes: resource }, scopeLogs: [{ scope: { name: 'toolgate.audit' }, logRecords }] }],
  });
  const secret = sink.headerName && sink.secret ? { [sink.headerName.toLowerCase()]: sink.secret } : {};
  const answer = await post(outlet, sink.url, { 'content-type': 'application/json', ...secret }, body);
  const rejected = rejectedRecords(answer);
  if (rejected) throw new DeliveryFailure(`The collector rejected ${rejected} of ${events.length} records: ${answer}`);
};

const SEVERITY = {
  3: { severityNumber: 17, severityText: 'ERROR' },
  4: { severityNumber: 13, severityText: 'WARN' },
  6: { severityNumber: 9, severityText: 'INFO' },
};

function logRecord(event: AuditEvent, observedTimeUnixNano: string) {
  const { id, seq, hash, kind, decision, outcome, code, tool, server, grant, client, actor, action, latencyMs, rule, policyVersion } =
    event;
  const facts = {
    id,
    seq,
    hash,
    kind,
    decision,
    outcome,
    code,
    tool,
    server,
    grant,
    client,
    actor,
    action,
    latencyMs,
    rule,
    policyVersion,
  };
  return {
    timeUnixNano: String(BigInt(Date.parse(event.at)) * 1_000_000n),
    observedTimeUnixNano,
    ...SEVERITY[severityOf(event)],
    body: { stringValue: summaryOf(event) },
    attributes: attributes({
      'event.name': 'toolgate.audit',
      ...Object.fromEntries(Object.entries(facts).map(([name, value]) => [`toolgate.${name}`, value])),
      // Exactly as it was chained: its hash can be checked.
      'toolgate.event': JSON.stringify(event),
    }),
  };
}

function attributes(values: Record<string, string | number | null>) {
  return Object.entries(values).flatMap(([key, value]) =>
    value === null ? [] : [{ key, value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value } }],
  );
}

function rejectedRecords(answer: string): number {
  return Number(/"rejectedLogRecords"\s*:\s*"?(\d+)/.exec(answer)?.[1] ?? 0);
}
