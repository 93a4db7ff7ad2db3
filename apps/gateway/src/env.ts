/** The only reader of the environment. */
import { parseAllowList } from '@toolgate/egress/allow-list';
import { isRedisAddress } from '@toolgate/ledger/redis/redis-address';
import { parseKeyRing } from '@toolgate/services/secret/key-ring';
import { z } from 'zod';

/** A value that another parser reads; what it throws is the sentence that the operator sees. */
const parsed = <T>(parse: (text: string) => T) =>
  z.string().transform((text, context) => {
    try {
      return parse(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'cannot be read' });
      return z.NEVER;
    }
  });

const BaseUrl = z.url({ protocol: /^https?$/, message: 'must be an http or https address' }).transform((text) => text.replace(/\/+$/, ''));
const milliseconds = (fallback: number) =>
  z.coerce
    .number()
    .int()
    .min(100)
    .max(24 * 3600 * 1000)
    .default(fallback);

const Environment = z
  .object({
    DATABASE_URL: z.string({ message: 'is required' }).min(1, 'is required'),
    REDIS_URL: z.string().refine(isRedisAddress, 'must be redis://host:port, or several of a cluster with commas').optional(),
    TOOLGATE_LEDGER: z.enum(['redis', 'embedded'], { message: 'must be redis or embedded' }).optional(),
    TOOLGATE_KEYS: parsed(parseKeyRing),
    GATEWAY_HOST: z.string().min(1).default('127.0.0.1'),
    GATEWAY_PORT: z.coerce.number().int().min(0).max(65_535).default(8787),
    GATEWAY_URL: BaseUrl.default('http://localhost:8787'),
    /** Further host names under which clients reach the gateway, besides that of GATEWAY_URL. */
    GATEWAY_ALLOWED_HOSTS: z.string().default(''),
    DASHBOARD_URL: BaseUrl.default('http://localhost:3000'),
    TOOLGATE_RUNNER_URL: BaseUrl.optional(),
    TOOLGATE_RUNNER_TOKEN: z.string().min(1).optional(),
    TOOLGATE_EGRESS_ALLOW: parsed(parseAllowList).default([]),
    GATEWAY_STORE_TIMEOUT_MS: milliseconds(750),
    GATEWAY_CALL_TIMEOUT_MS: milliseconds(300_000),
    GATEWAY_LIST_TIMEOUT_MS: milliseconds(5000),
    GATEWAY_STREAM_IDLE_MS: milliseconds(3_600_000),
    GATEWAY_KEEPALIVE_MS: milliseconds(15_000),
    GATEWAY_APPROVAL_HOLD_MS: z.coerce.number().int().min(0).max(300_000).default(45_000),
    GATEWAY_MAX_RESPONSE_BYTES: z.coerce
      .number()
      .int()
      .min(1024)
      .default(10 * 1024 * 1024),
  })
  .refine((env) => env.TOOLGATE_LEDGER !== 'redis' || env.REDIS_URL, {
    path: ['REDIS_URL'],
    message: 'is required by TOOLGATE_LEDGER=redis',
  });

export interface Settings {
  databaseUrl: string;
  redisUrl: string | undefined;
  ledger: 'redis' | 'embedded';
  keyRing: ReturnType<typeof parseKeyRing>;
  host: string;
  port: number;
  gatewayUrl: string;
  allowedHosts: string[];
  dashboardUrl: string;
  runner: { url: string; token: string } | null;
  egressAllow: string[];
  /** How long a caller waits for a PostgreSQL or a Redis that does not answer, before it is told to come again. */
  storeTimeoutMs: number;
  /** From the first byte that is sent upstream to the last one of the answer. */
  callTimeoutMs: number;
  /** Where an address joins servers: how long the others wait for one of them. */
  listTimeoutMs: number;
  /** A stream without requests under way (GET) ends after so long without a byte. */
  streamIdleMs: number;
  /** How long a stream may be silent towards the client. */
  keepaliveMs: number;
  /** How long a call that waits for a person is held, before its caller is told to come again. */
  approvalHoldMs: number;
  maxResponseBytes: number;
}

/** @throws an Error that names every variable that is missing or wrong, one a line. */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const result = Environment.safeParse(environment);
  if (!result.success) throw new Error(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
  const env = result.data;
  const runner =
    env.TOOLGATE_RUNNER_URL && env.TOOLGATE_RUNNER_TOKEN ? { url: env.TOOLGATE_RUNNER_URL, token: env.TOOLGATE_RUNNER_TOKEN } : null;
  return {
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    ledger: env.TOOLGATE_LEDGER ?? (env.REDIS_URL ? 'redis' : 'embedded'),
    keyRing: env.TOOLGATE_KEYS,
    host: env.GATEWAY_HOST,
    port: env.GATEWAY_PORT,
    gatewayUrl: env.GATEWAY_URL,
    allowedHosts: env.GATEWAY_ALLOWED_HOSTS.split(',')
      .map((host) => host.trim().toLowerCase())
      .filter(Boolean),
    dashboardUrl: env.DASHBOARD_URL,
    runner,
    egressAllow: env.TOOLGATE_EGRESS_ALLOW,
    storeTimeoutMs: env.GATEWAY_STORE_TIMEOUT_MS,
    callTimeoutMs: env.GATEWAY_CALL_TIMEOUT_MS,
    listTimeoutMs: env.GATEWAY_LIST_TIMEOUT_MS,
    streamIdleMs: env.GATEWAY_STREAM_IDLE_MS,
    keepaliveMs: env.GATEWAY_KEEPALIVE_MS,
    approvalHoldMs: env.GATEWAY_APPROVAL_HOLD_MS,
    maxResponseBytes: env.GATEWAY_MAX_RESPONSE_BYTES,
  };
}
