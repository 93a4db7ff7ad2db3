/** The only reader of the environment. */
import { parseAllowList } from '@toolgate/egress/allow-list';
import { type JobsConnection, jobsConnection } from '@toolgate/jobs/connection';
import { isRedisAddress } from '@toolgate/ledger/redis/redis-address';
import { readSigningKey, type Signer } from '@toolgate/services/audit/checkpoint-key';
import { type KeyRing, parseKeyRing } from '@toolgate/services/secret/key-ring';
import { z } from 'zod';
import { type MailSettings, parseSender, smtpAddress } from './approvals/mail/mail-settings.ts';

export interface Settings {
  /** Of the role toolgate_worker. */
  databaseUrl: string;
  redisUrl: string | undefined;
  ledger: 'redis' | 'embedded';
  jobs: JobsConnection;
  keyRing: KeyRing;
  /** Null: no checkpoints are signed. */
  signer: Signer | null;
  /** Null: audit events are kept for ever. */
  retentionMonths: number | null;
  runner: { url: string; token: string } | null;
  /** Where people answer requests for approval. */
  dashboardUrl: string;
  /** Null: no e-mail is sent. */
  mail: MailSettings | null;
  egressAllow: string[];
}

/** @throws an Error that says what is missing or wrong, one sentence a line. */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const result = Environment.safeParse(environment);
  if (!result.success) throw new Error(result.error.issues.map(({ path, message }) => `${path.join('.')} ${message}.`).join('\n'));
  const env = result.data;
  const jobs = jobsConnection(env);
  const signer = env.TOOLGATE_SIGNING_KEY ? signerOf(env.TOOLGATE_SIGNING_KEY, env.TOOLGATE_KEYS) : null;
  if (!jobs) throw new Error('QUEUE_DATABASE_URL is required when there is no REDIS_URL.');
  return {
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    ledger: env.TOOLGATE_LEDGER ?? (env.REDIS_URL ? 'redis' : 'embedded'),
    jobs,
    keyRing: env.TOOLGATE_KEYS,
    signer,
    retentionMonths: env.TOOLGATE_AUDIT_RETENTION_MONTHS ?? null,
    runner:
      env.TOOLGATE_RUNNER_URL && env.TOOLGATE_RUNNER_TOKEN ? { url: env.TOOLGATE_RUNNER_URL, token: env.TOOLGATE_RUNNER_TOKEN } : null,
    dashboardUrl: env.DASHBOARD_URL,
    mail: env.SMTP_URL && env.MAIL_FROM ? { url: env.SMTP_URL, from: env.MAIL_FROM } : null,
    egressAllow: env.TOOLGATE_EGRESS_ALLOW,
  };
}

function signerOf(text: string, ring: KeyRing): Signer {
  try {
    return readSigningKey(text, ring);
  } catch (error) {
    throw new Error(`TOOLGATE_SIGNING_KEY cannot be used: ${(error as Error).message}`);
  }
}

/** A value that another parser reads; what it throws is the sentence that the operator sees. */
const parsed = <T>(parse: (text: string) => T) =>
  z.string({ error: 'is required' }).transform((text, context) => {
    try {
      return parse(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: `cannot be read: ${(error as Error).message.replace(/\.$/, '')}` });
      return z.NEVER;
    }
  });

const Environment = z
  .object({
    DATABASE_URL: z.string({ error: 'is required' }).min(1, 'is required'),
    REDIS_URL: z.string().refine(isRedisAddress, 'must be redis://host:port, or several of a cluster with commas').optional(),
    QUEUE_DATABASE_URL: z.string().min(1).optional(),
    TOOLGATE_LEDGER: z.enum(['redis', 'embedded'], { error: 'must be redis or embedded' }).optional(),
    TOOLGATE_KEYS: parsed(parseKeyRing),
    TOOLGATE_SIGNING_KEY: z.string().min(1).optional(),
    TOOLGATE_AUDIT_RETENTION_MONTHS: z
      .string()
      .regex(/^([1-9]|[1-9]\d|1[01]\d|120)$/, 'must be a whole number of months from 1 to 120')
      .transform(Number)
      .optional(),
    TOOLGATE_RUNNER_URL: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .transform((text) => text.replace(/\/+$/, ''))
      .optional(),
    TOOLGATE_RUNNER_TOKEN: z.string().min(1).optional(),
    DASHBOARD_URL: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .transform((text) => text.replace(/\/+$/, ''))
      .default('http://localhost:3000'),
    SMTP_URL: parsed(smtpAddress).optional(),
    MAIL_FROM: parsed(parseSender).optional(),
    TOOLGATE_EGRESS_ALLOW: parsed(parseAllowList).default([]),
  })
  .refine((env) => env.REDIS_URL || env.TOOLGATE_LEDGER !== 'redis', { path: ['REDIS_URL'], error: 'is required by TOOLGATE_LEDGER=redis' })
  .refine((env) => env.REDIS_URL || env.QUEUE_DATABASE_URL, {
    path: ['QUEUE_DATABASE_URL'],
    error: 'is required when there is no REDIS_URL',
  })
  .refine((env) => !env.TOOLGATE_RUNNER_URL === !env.TOOLGATE_RUNNER_TOKEN, {
    path: ['TOOLGATE_RUNNER_TOKEN'],
    error: 'and TOOLGATE_RUNNER_URL are given together or not at all',
  })
  .refine((env) => !env.SMTP_URL === !env.MAIL_FROM, { path: ['MAIL_FROM'], error: 'and SMTP_URL are given together or not at all' });
