/** `npm run build`: what has to be built (the Prisma client, the dashboard), and only if something changed since. */
import { spawn } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

/**
 * Rejects with the builders' output when a build fails. Says how long it takes when that is longer than a moment.
 * @param onStarted is given what ends the builders: left alone they would go on, and no other build could begin.
 */
export async function build(onStarted: (stop: () => Promise<void>) => void = () => {}): Promise<void> {
  const child = spawn(path.join(root, 'node_modules/.bin/turbo'), ['run', 'build', '--output-logs=errors-only', '--log-order=grouped'], {
    cwd: root,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of processes, which can be ended as one.
    detached: true,
  });
  const exited = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve));
  onStarted(async () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid, 'SIGTERM');
    await exited;
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      log += chunk;
    });
  let seconds = 0;
  const progress = setInterval(() => {
    seconds += 1;
    if (seconds === 3) console.log('Building (the first time takes about a minute) …');
    if (seconds % 15 === 0) console.log(`Building … ${seconds} s`);
  }, 1000);
  const code = await exited;
  clearInterval(progress);
  if (code !== 0) throw new Error(`The build failed:\n${log}`);
}

if (import.meta.main)
  await build((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop());
  }).catch((error: Error) => {
    console.error(error.message);
    process.exit(1);
  });
