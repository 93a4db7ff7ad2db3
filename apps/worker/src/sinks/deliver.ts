import { deliverOtlp } from './deliver-otlp.ts';
import { deliverSplunk } from './deliver-splunk.ts';
import { deliverSyslog } from './deliver-syslog.ts';
import { deliverWebhook } from './deliver-webhook.ts';
import type { Deliver, Sink } from './sink.ts';

/** How each kind of sink takes events. */
export const DELIVER: Record<Sink['kind'], Deliver> = {
  webhook: deliverWebhook,
  syslog: deliverSyslog,
  otlp: deliverOtlp,
  splunk: deliverSplunk,
};
