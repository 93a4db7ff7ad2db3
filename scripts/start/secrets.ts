/** Keys that this installation makes for itself at its first start and keeps in the data folder; the environment wins. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { newSigningKey } from '@toolgate/services/audit/checkpoint-key';
import { parseKeyRing } from '@toolgate/services/secret/key-ring';
import type { DataFolder } from './data-folder.ts';

export interface Secrets {
  /** Key ring `id:base64,…` that wraps the organizations' data keys. Without it stored server secrets cannot be opened. */
  TOOLGATE_KEYS: string;
  /** Signs the checkpoints of the audit log; sealed by the key ring. Only the worker gets it. */
  TOOLGATE_SIGNING_KEY: string;
  NEXTAUTH_SECRET: string;
  TOOLGATE_RUNNER_TOKEN: string;
}

export function readSecrets(folder: DataFolder, env: NodeJS.ProcessEnv): Secrets {
  const file = path.join(folder.path, 'secrets.json');
  const kept: Partial<Secrets> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const keys = env.TOOLGATE_KEYS || kept.TOOLGATE_KEYS || `k1:${randomBytes(32).toString('base64')}`;
  const secrets: Secrets = {
    TOOLGATE_KEYS: keys,
    TOOLGATE_SIGNING_KEY: env.TOOLGATE_SIGNING_KEY || kept.TOOLGATE_SIGNING_KEY || newSigningKey(parseKeyRing(keys)),
    NEXTAUTH_SECRET: env.NEXTAUTH_SECRET || kept.NEXTAUTH_SECRET || randomBytes(32).toString('base64url'),
    TOOLGATE_RUNNER_TOKEN: randomBytes(32).toString('base64url'), // lives as long as this start
  };
  const { TOOLGATE_RUNNER_TOKEN: _, ...keep } = secrets;
  folder.write('secrets.json', `${JSON.stringify(keep, null, 2)}\n`);
  return secrets;
}
