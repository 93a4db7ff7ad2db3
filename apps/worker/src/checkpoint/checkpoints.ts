/** Signs what the drain did not have to sign at once: a chain with news gets a checkpoint within a minute. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Signer } from '@toolgate/services/audit/checkpoint-key';
import type pg from 'pg';
import { signDue } from './sign-due.ts';

export interface Checkpoints {
  stop(): Promise<void>;
}

const EVERY_MS = 5000;

/** Runs until it is stopped; a database that is away is tried again. Without a signer it only tells what the log is kept with. */
export function startCheckpoints(
  pool: pg.Pool,
  { signer, retentionMonths, log }: { signer: Signer | null; retentionMonths: number | null; log(line: string): void },
): Checkpoints {
  const stopping = new AbortController();
  const running = (async () => {
    let told = false;
    for (let announced = false; !stopping.signal.aborted; await sleep(EVERY_MS, null, { signal: stopping.signal }).catch(() => {})) {
      try {
        if (!announced) await announce(pool, signer, retentionMonths);
        announced = true;
        while (signer && !stopping.signal.aborted && (await signDue(pool, signer)) > 0);
        told = false;
      } catch (error) {
        if (!told) log(`Signing checkpoints failed and is tried again: ${(error as Error).message}`);
        told = true;
      }
    }
  })();
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

/** The public key stays known after the installation has got another one: older checkpoints are checked with it. */
async function announce(pool: pg.Pool, signer: Signer | null, retentionMonths: number | null): Promise<void> {
  if (signer) {
    await pool.query('INSERT INTO "AuditSigningKey" (id, "publicKey") VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      signer.keyId,
      signer.publicKey,
    ]);
  }
  await pool.query(
    `INSERT INTO "AuditInstallation" (id, "keyId", "retentionMonths") VALUES (1, $1, $2)
     ON CONFLICT (id) DO UPDATE SET "keyId" = excluded."keyId", "retentionMonths" = excluded."retentionMonths"`,
    [signer?.keyId ?? null, retentionMonths],
  );
}
