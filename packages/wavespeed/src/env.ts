/** What the process is told from outside. */
import { z } from 'zod';

const Env = z.object({
  WAVESPEED_API_KEY: z.string().trim().min(1).optional().catch(undefined),
  WAVESPEED_BASE_URL: z
    .url({ protocol: /^https?$/, error: 'WAVESPEED_BASE_URL must be an http(s) URL.' })
    .default('https://api.wavespeed.ai/api/v3'),
});

export interface WavespeedEnv {
  /** Absent: demo mode. */
  apiKey: string | undefined;
  baseUrl: string;
}

/** Throws one clear sentence. */
export function readEnv(source: NodeJS.ProcessEnv): WavespeedEnv {
  const read = Env.safeParse(source);
  if (!read.success) throw new Error(read.error.issues.map(({ message }) => message).join(' '));
  return { apiKey: read.data.WAVESPEED_API_KEY, baseUrl: read.data.WAVESPEED_BASE_URL.replace(/\/+$/, '') };
}
