/** A real Redis of a test's own, so that it may be emptied, frozen or killed. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Service, stopProcess } from '@toolgate/embedded/process';
import { startRedis } from '@toolgate/embedded/redis';

export interface TestRedis extends Service {
  /** As a crash ends it. Resolves when it is gone. */
  kill(): Promise<void>;
  /** After `kill`: on its data, at the same address. */
  restart(): Promise<void>;
}

/** Rejects when no redis-server or valkey-server is installed. A crash of it loses nothing. */
export async function startTestRedis(): Promise<TestRedis> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'toolgate-redis-'));
  const start = async (port?: number): Promise<Service> => {
    const service = await startRedis({ folder, durable: false, port });
    if (!service) throw new Error('Install redis-server or valkey-server: these tests run against a real one.');
    return service;
  };
  let service = await start();
  const { url } = service;
  return {
    url,
    takenOver: false,
    get pid() {
      return service.pid;
    },
    kill: () => stopProcess(service.pid, 'SIGKILL', 20_000),
    restart: async () => {
      service = await start(Number(new URL(url).port));
    },
    stop: async () => {
      await service.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
