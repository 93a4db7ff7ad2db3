import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSandbox, SYSTEM_PATH } from './sandbox.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sandbox-'));
  spawnSync('chmod', ['755', folder]);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program in the sandbox and gives what it printed. */
function run(code: string): string {
  const file = path.join(folder, 'program.ts');
  writeFileSync(file, code);
  const program = { file, readable: [folder], network: false, env: {} };
  const { file: command, args, ...identity } = createSandbox(program).command(program);
  const { stdout, stderr } = spawnSync(command, args, { ...identity, cwd: '/', env: { PATH: SYSTEM_PATH }, encoding: 'utf8' });
  return stdout || stderr;
}

const attempt = (code: string) => run(`try { ${code}; console.log('done'); } catch (error) { console.log(error.code); }`);

test('a program runs, and reads what is its own', () => {
  expect(attempt(`process.getBuiltinModule('node:fs').readFileSync(import.meta.filename)`)).toBe('done\n');
});

test.each([
  ['reads another file', `process.getBuiltinModule('node:fs').readFileSync('/etc/passwd')`],
  ['writes a file', `process.getBuiltinModule('node:fs').writeFileSync('/tmp/escaped', '')`],
  ['starts a program', `process.getBuiltinModule('node:child_process').spawnSync('/bin/sh')`],
  ['starts a thread', `new (process.getBuiltinModule('node:worker_threads').Worker)('0', { eval: true })`],
])('one that %s is stopped', (_, code) => {
  expect(attempt(code)).toBe('ERR_ACCESS_DENIED\n');
});

test('where nobody cannot read the program, the operator is told', () => {
  const file = path.join(folder, 'program.ts');
  writeFileSync(file, '');
  const program = { file, readable: [folder], network: true, env: {} };
  spawnSync('chmod', ['700', folder]);
  const { warnings, command } = createSandbox(program);
  expect(command(program).uid).toBeUndefined();
  expect(warnings.join().includes('run as root')).toBe(process.getuid?.() === 0);
});
