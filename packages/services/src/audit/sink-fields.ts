/** What people give to set up a sink, and what can be wrong with it. */
import { randomBytes } from 'node:crypto';
import type { AuditSinkKind } from '@toolgate/db/client';
import type { Transaction } from '@toolgate/db/database';
import { z } from 'zod';
import type { Services } from '../context.ts';
import { Id, Name } from '../fields.ts';
import { refuse } from '../refusal.ts';
import { sealSecret } from '../secret/seal.ts';

export const SINK_KINDS = ['webhook', 'syslog', 'otlp', 'splunk'] as const satisfies AuditSinkKind[];

export const SinkId = z.strictObject({ sinkId: Id });

const Secret = z
  .string()
  .trim()
  .min(1)
  .max(4096)
  .regex(/^[\x21-\x7e][\x20-\x7e]*$/, 'Use plain characters, in one line.');

export const SinkInput = z.strictObject({
  name: Name,
  kind: z.enum(SINK_KINDS),
  url: z.string().trim().min(1, 'Enter an address.').max(2048, 'Use at most 2048 characters.'),
  /** Of an otlp sink: the header that carries the secret, such as Authorization. */
  headerName: z
    .string()
    .trim()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'Use letters, digits and hyphens.')
    .refine(
      (name) => !/^(?:host|connection|content-length|content-type|transfer-encoding|te|upgrade|user-agent|expect)$/i.test(name),
      'This header is set by Toolgate.',
    )
    .optional(),
  /** A webhook's signing secret (made when it is not given), an otlp sink's header value, or Splunk's token. */
  secret: Secret.optional(),
});
export type SinkInput = z.infer<typeof SinkInput>;

const PROTOCOLS: Record<AuditSinkKind, { pattern: RegExp; example: string }> = {
  webhook: { pattern: /^https?:$/, example: 'https://example.com/toolgate' },
  otlp: { pattern: /^https?:$/, example: 'https://collector.example.com/v1/logs' },
  splunk: { pattern: /^https?:$/, example: 'https://splunk.example.com:8088/services/collector/event' },
  syslog: { pattern: /^syslog\+(?:tls|tcp):$/, example: 'syslog+tls://logs.example.com:6514' },
};

/** Where an address may lead is checked by the connector on every connection. */
export function sinkProblem({ kind, url, headerName, secret }: Omit<SinkInput, 'name'>, hasSecret = false) {
  const problem = (field: keyof SinkInput, message: string) => refuse('invalid', message, { [field]: message });
  const { pattern, example } = PROTOCOLS[kind];
  const address = URL.canParse(url) ? new URL(url) : null;
  if (!address?.hostname || !pattern.test(address.protocol)) return problem('url', `Enter an address such as ${example}.`);
  if (address.username || address.password) return problem('url', 'Leave the user name and password out of the address.');
  if (url.includes('#')) return problem('url', 'Leave out the part after #: it is never sent.');
  if (kind === 'syslog' && (address.pathname.replace('/', '') || address.search))
    return problem('url', `Enter an address such as ${example}.`);
  if (kind === 'syslog' && secret) return problem('secret', 'Syslog carries no secret.');
  if (kind === 'splunk' && !secret && !hasSecret) return problem('secret', 'Enter the token of the HTTP Event Collector.');
  if (kind === 'otlp' && Boolean(headerName) !== (Boolean(secret) || hasSecret))
    return problem('headerName', 'Enter a header and its value, or neither.');
  if (kind !== 'otlp' && headerName) return problem('headerName', 'Only an OpenTelemetry sink has a header.');
  if (kind === 'webhook' && secret && !/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(secret)) {
    return problem('secret', 'A signing secret is whsec_ and at least 24 bytes in base64.');
  }
  return null;
}

export const newWebhookSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** What is stored of a secret: sealed for its row, and the last four characters for people to recognise it by. */
export async function sealedSecret(tx: Transaction, s: Pick<Services, 'keyRing'>, organizationId: string, row: string, secret: string) {
  const place = { organizationId, table: 'AuditSink', column: 'ciphertext', row };
  return { ...(await sealSecret(tx, s.keyRing, place, secret)), hint: secret.length >= 12 ? secret.slice(-4) : '' };
}

export const noSink = () => refuse('not_found', 'This sink does not exist.');

export const sinkTarget = ({ id, name }: { id: string; name: string }) => ({ kind: 'sink', id, name });

export function findSink(tx: Transaction, organizationId: string, id: string) {
  return tx.auditSink.findUnique({ where: { organizationId_id: { organizationId, id } } });
}
