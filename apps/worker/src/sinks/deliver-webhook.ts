/** A webhook, signed as Standard Webhooks 1.0 says: HMAC-SHA-256 over `id.timestamp.body`. */
import { createHmac } from 'node:crypto';
import { post } from './post.ts';
import type { Deliver } from './sink.ts';

export const deliverWebhook: Deliver = async (outlet, sink, events) => {
  const [first, last] = [events[0], events.at(-1)];
  // The same events have the same id, however often they are sent; each event has its own besides.
  const id = `msg_${sink.id}_${first?.seq ?? 0}_${last?.seq ?? 0}`;
  const body = JSON.stringify({
    type: 'audit.events',
    timestamp: new Date().toISOString(),
    data: { organizationId: sink.organizationId, organization: sink.organization, events },
  });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${webhookSignature(sink.secret ?? '', `${id}.${timestamp}.${body}`)}`,
  };
  await post(outlet, sink.url, headers, body);
};

/** @param secret `whsec_` and the key in base64 */
export function webhookSignature(secret: string, text: string): string {
  return createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .update(text)
    .digest('base64');
}
