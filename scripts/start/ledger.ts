/** Which ledger this start uses: see `.env.example`. */
import path from 'node:path';
import type { Service } from '@toolgate/embedded/process';
import { startRedis } from '@toolgate/embedded/redis';
import { shownRedis } from './assert-redis.ts';
import { type Settings, StartError } from './settings.ts';

export interface ChosenLedger {
  kind: 'redis' | 'embedded';
  redisUrl: string | null;
  /** Of a Redis that this start runs itself. */
  service: Service | null;
  /** For the start-up lines. */
  sentence: string;
}

export async function chooseLedger(settings: Settings): Promise<ChosenLedger> {
  const embedded = (why: string): ChosenLedger => ({ kind: 'embedded', redisUrl: null, service: null, sentence: `embedded (${why})` });
  if (settings.ledger === 'embedded') return embedded('TOOLGATE_LEDGER says so; one gateway process');
  if (settings.redisUrl) return { kind: 'redis', redisUrl: settings.redisUrl, service: null, sentence: shownRedis(settings.redisUrl) };
  const service = await startRedis({ folder: path.join(settings.dataFolder, 'redis') });
  if (service) {
    const sentence = `a private Redis in the data folder, every write synced${service.takenOver ? ' (taken over from an earlier start)' : ''}`;
    return { kind: 'redis', redisUrl: service.url, service, sentence };
  }
  if (settings.ledger === 'redis')
    throw new StartError('TOOLGATE_LEDGER is redis, but REDIS_URL is not set and neither redis-server nor valkey-server is on the PATH.');
  return embedded('no Redis here; one gateway process');
}
