/** That what falls over is started again, whenever it does: real processes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Supervisor } from './apps.ts';

let folder: string;
let supervisor: Supervisor;
let children: number[];
let givenUp: string[];
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'toolgate-apps-'));
  [children, givenUp] = [[], []];
  supervisor = new Supervisor({
    logFolder: folder,
    onChildren: (pids) => {
      children = pids;
    },
    onGiveUp: ({ message }) => void givenUp.push(message),
  });
});
afterEach(async () => {
  await supervisor.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A program that writes down each of its starts, and then does what is said for that start (the last one: for all that follow). */
function program(...starts: string[]) {
  const [file, log] = [path.join(folder, 'program.mjs'), path.join(folder, 'starts')];
  writeFileSync(log, '');
  writeFileSync(
    file,
    `import { appendFileSync, readFileSync } from 'node:fs';
     appendFileSync(${JSON.stringify(log)}, '.');
     const starts = [${starts.map((code) => `() => { ${code} }`).join(', ')}];
     starts[Math.min(readFileSync(${JSON.stringify(log)}).length, starts.length) - 1]();`,
  );
  return { app: { name: 'program', args: [file], env: {} }, started: () => readFileSync(log).length };
}
const SERVES = "console.log('ready'); setInterval(() => {}, 1000);";

test('an app that falls over while it is started again is started once more', async () => {
  const { app, started } = program(SERVES, 'process.exit(1);', SERVES);
  await supervisor.start(app);
  process.kill(children[0]!, 'SIGKILL');
  await expect.poll(started, { timeout: 60_000 }).toBe(3);
  expect(givenUp).toEqual([]);
});

test('an app that cannot start says why, to its last word', async () => {
  const last = 'The last word.';
  const { app } = program(
    `process.stderr.write('x'.repeat(1000) + ${JSON.stringify(last)}); process.exitCode = 1; process.disconnect?.();`,
  );
  await expect(supervisor.start(app)).rejects.toThrow(last);
});
