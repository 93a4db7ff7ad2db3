/** What the runner is told from outside; the only reader of its environment. */
import { type KeyRing, parseKeyRing } from '@toolgate/services/secret/key-ring';
import { z } from 'zod';

const Env = z.object({
  DATABASE_URL: z.string({ error: 'DATABASE_URL is missing: the address of PostgreSQL.' }).min(1, 'DATABASE_URL is empty.'),
  TOOLGATE_KEYS: z.string({ error: 'TOOLGATE_KEYS is missing: the key ring that opens secrets.' }).transform((text, context) => {
    try {
      return parseKeyRing(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: `TOOLGATE_KEYS cannot be read: ${(error as Error).message}` });
      return z.NEVER;
    }
  }),
  TOOLGATE_RUNNER_TOKEN: z
    .string({ error: 'TOOLGATE_RUNNER_TOKEN is missing: the token that the gateway sends.' })
    .min(32, 'TOOLGATE_RUNNER_TOKEN must have at least 32 characters.'),
  RUNNER_PORT: z.coerce
    .number({ error: 'RUNNER_PORT must be a port number.' })
    .int('RUNNER_PORT must be a port number.')
    .min(0, 'RUNNER_PORT must be a port number.')
    .max(65535, 'RUNNER_PORT must be a port number.'),
  WAVESPEED_BASE_URL: z.url({ protocol: /^https?$/, error: 'WAVESPEED_BASE_URL must be an http(s) URL.' }).optional(),
});

export interface RunnerEnv {
  databaseUrl: string;
  keyRing: KeyRing;
  token: string;
  /** 0: any free one. */
  port: number;
  /** Where WaveSpeed's API is, when it is not where it usually is. */
  wavespeedBaseUrl: string | undefined;
}

/** Throws one Error that names everything that is wrong, a sentence each. */
export function readEnv(source: NodeJS.ProcessEnv = process.env): RunnerEnv {
  const read = Env.safeParse(source);
  if (!read.success) throw new Error(read.error.issues.map(({ message }) => message).join('\n'));
  const { DATABASE_URL, TOOLGATE_KEYS, TOOLGATE_RUNNER_TOKEN, RUNNER_PORT, WAVESPEED_BASE_URL } = read.data;
  return {
    databaseUrl: DATABASE_URL,
    keyRing: TOOLGATE_KEYS,
    token: TOOLGATE_RUNNER_TOKEN,
    port: RUNNER_PORT,
    wavespeedBaseUrl: WAVESPEED_BASE_URL,
  };
}
