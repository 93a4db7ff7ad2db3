/** A real Redis of a test's own, so that it may be emptied, frozen or killed. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Service } from '@toolgate/embedded/process';
import { startRedis } from '@toolgate/embedded/redis';

/** Rejects when no redis-server or valkey-server is installed. */
export async function startTestRedis(): Promise<Service> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'toolgate-redis-'));
  const service = await startRedis({ folder });
  if (!service) throw new Error('Install redis-server or valkey-server: these tests run against a real one.');
  return {
    ...service,
    stop: async () => {
      await service.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
