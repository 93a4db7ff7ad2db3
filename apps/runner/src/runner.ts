/** Puts the runner together, and takes it apart again. */
import type { AddressInfo } from 'node:net';
import { createDatabase } from '@toolgate/db/database';
import type { RunnerEnv } from './env.ts';
import { createHttpServer } from './http-server.ts';
import { createFindLaunch } from './launch.ts';
import { type PoolOptions, ProcessPool } from './process-pool.ts';
import { createPrograms } from './programs.ts';
import { createSandbox } from './sandbox.ts';
import { Sessions } from './sessions.ts';

export interface Runner {
  url: string;
  pool: ProcessPool;
  /** What this system cannot do to keep managed servers in. */
  warnings: string[];
  /** Resolves when nothing of it is left: no socket, no process, no connection. */
  stop(): Promise<void>;
}

/** Rejects when the port is taken. */
export async function startRunner(env: RunnerEnv, options: Pick<PoolOptions, 'idleAfter' | 'now'> = {}): Promise<Runner> {
  const programs = createPrograms(env);
  const sandbox = createSandbox(programs['wavespeed-demo']);
  const db = createDatabase(env.databaseUrl, { max: 4 });
  const findLaunch = createFindLaunch(db, env.keyRing);
  const pool = new ProcessPool({ findLaunch, programs, sandbox, ...options });
  const sessions = new Sessions();
  const http = createHttpServer({ token: env.token, pool, sessions });
  await new Promise<void>((resolve, reject) => http.once('error', reject).listen(env.port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    pool,
    warnings: sandbox.warnings,
    stop: async () => {
      const closed = new Promise((resolve) => http.close(resolve));
      await pool.close();
      await sessions.close();
      http.closeAllConnections();
      await closed;
      await db.close();
    },
  };
}
