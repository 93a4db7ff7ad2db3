/** Starts the worker; SIGTERM or SIGINT ends it after what is under way. */
import { readSettings } from './env.ts';
import { startWorker } from './worker.ts';

try {
  const worker = startWorker(readSettings(process.env), (line) => console.error(line));
  const stop = async () => {
    setTimeout(() => process.exit(1), 30_000).unref();
    await worker.stop();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
  console.log('ready worker');
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
