/** The dashboard's environment: the only reader of `process.env` in this app. */
import { isRedisAddress } from '@toolgate/ledger/redis/redis-address';
import { z } from 'zod';

const Env = z
  .object({
    DATABASE_URL: z.url('DATABASE_URL must be the address of the PostgreSQL database, as role toolgate_app.'),
    REDIS_URL: z
      .string()
      .refine(isRedisAddress, 'REDIS_URL must be an address such as redis://localhost:6379, or several of a cluster with commas.')
      .optional(),
    QUEUE_DATABASE_URL: z.url('QUEUE_DATABASE_URL must be the address of a PostgreSQL database.').optional(),
    TOOLGATE_LEDGER: z.enum(['redis', 'embedded'], 'TOOLGATE_LEDGER must be redis or embedded.').optional(),
    TOOLGATE_KEYS: z.string('TOOLGATE_KEYS must be a key ring: id:base64 of 32 bytes.').min(1),
    GATEWAY_URL: z.url('GATEWAY_URL must be the public address of the gateway.').default('http://localhost:8787'),
    DASHBOARD_URL: z.url('DASHBOARD_URL must be the public address of the dashboard.').default('http://localhost:3000'),
    TRUSTED_PROXIES: z.coerce.number('TRUSTED_PROXIES must be a number of proxies.').int().min(0).max(8).default(0),
    NEXTAUTH_SECRET: z
      .string('NEXTAUTH_SECRET must be a random text of 32 characters or more.')
      .min(32, 'NEXTAUTH_SECRET is shorter than 32 characters.'),
    NEXTAUTH_URL: z.url('NEXTAUTH_URL must be the public address of the dashboard.').optional(),
    /** Who e-mails of the worker are from; none are sent without it. */
    MAIL_FROM: z.string().min(1).optional(),
    GITHUB_ID: z.string().min(1).optional(),
    GITHUB_SECRET: z.string().min(1).optional(),
    GOOGLE_ID: z.string().min(1).optional(),
    GOOGLE_SECRET: z.string().min(1).optional(),
    NODE_ENV: z.string().default('development'),
  })
  .refine((env) => env.REDIS_URL || env.QUEUE_DATABASE_URL, 'Set REDIS_URL, or QUEUE_DATABASE_URL where there is no Redis.')
  .refine((env) => env.TOOLGATE_LEDGER !== 'redis' || env.REDIS_URL, 'TOOLGATE_LEDGER is redis: set REDIS_URL.')
  .transform((env) => ({
    ...env,
    ledger: env.TOOLGATE_LEDGER ?? (env.REDIS_URL ? ('redis' as const) : ('embedded' as const)),
    gatewayUrl: env.GATEWAY_URL.replace(/\/+$/, ''),
    dashboardUrl: env.DASHBOARD_URL.replace(/\/+$/, ''),
  }));

export type DashboardEnv = z.output<typeof Env>;

let known: DashboardEnv | undefined;

/** Read when first needed: `next build` runs without any of it. Throws one Error that names everything that is wrong. */
export function env(): DashboardEnv {
  if (known) return known;
  // An empty variable is one that is not set.
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
  const parsed = Env.safeParse(given);
  if (!parsed.success)
    throw new Error(`The dashboard cannot start:\n${parsed.error.issues.map((issue) => `- ${issue.message}`).join('\n')}`);
  known = parsed.data;
  // next-auth reads it itself: from it follow the callback addresses, and whether cookies are Secure.
  process.env.NEXTAUTH_URL ??= known.dashboardUrl;
  return known;
}
