/**
 * How a managed server is kept in: Node's permission model (no writing, no other programs, no threads, reads only what it
 * needs), a memory limit, no core dumps; as `nobody` when the runner is root; without network where it needs none.
 */
import { spawnSync } from 'node:child_process';
import type { Program } from './programs.ts';

export interface Sandbox {
  /** The command that starts a program; `uid` and `gid` are absent when it runs as the runner does. */
  command(program: Program): Command;
  /** What this system cannot do, a sentence each, for the operator. */
  warnings: string[];
}

export interface Command {
  file: string;
  args: string[];
  uid?: number;
  gid?: number;
}

interface Identity {
  uid?: number;
  gid?: number;
}

const NOBODY = { uid: 65534, gid: 65534 };
const MEMORY_MB = 256;
/** Of a machine that is busy must not be thought that it cannot keep a server in. */
const START_MS = 60_000;
/** Part of every child's environment. */
export const SYSTEM_PATH = '/usr/bin:/bin';
const LIMITS = ['prlimit', '--core=0', '--nofile=512', '--'];
// A network namespace of its own holds no interface but a loopback that is down.
const NO_NETWORK = ['unshare', '--user', '--net', '--'];

/** Tries what works here, with a real start of Node each. */
export function createSandbox(example: Program, isRoot = process.getuid?.() === 0): Sandbox {
  const warnings: string[] = [];
  const works = (identity: Identity, wrapper: string[]) => canStart(example, identity, wrapper);
  const identity: Identity = isRoot && works(NOBODY, []) ? NOBODY : {};
  if (isRoot && identity.uid === undefined) {
    warnings.push('Managed servers run as root: the user nobody cannot read the program. Put it in a folder that everybody can enter.');
  }
  const limits = works(identity, LIMITS) ? LIMITS : [];
  const noNetwork = works(identity, [...NO_NETWORK, ...limits]) ? NO_NETWORK : [];
  if (noNetwork.length === 0)
    warnings.push('This system does not let the runner take the network away from demo servers; they do not use it.');
  return {
    command: (program) => commandOf(program, identity, [...(program.network ? [] : noNetwork), ...limits], [program.file]),
    warnings,
  };
}

function commandOf(program: Program, identity: Identity, wrapper: string[], run: string[]): Command {
  const node = [
    process.execPath,
    '--permission',
    ...program.readable.map((folder) => `--allow-fs-read=${folder}`),
    `--max-old-space-size=${MEMORY_MB}`,
    ...run,
  ];
  const [file, ...args] = [...wrapper, ...node];
  return { file: file!, args, ...identity };
}

function canStart(program: Program, identity: Identity, wrapper: string[]): boolean {
  const read = `require('node:fs').readFileSync(${JSON.stringify(program.file)})`;
  const { file, args, ...as } = commandOf(program, identity, wrapper, ['-e', read]);
  return spawnSync(file, args, { ...as, cwd: '/', env: { PATH: SYSTEM_PATH }, stdio: 'ignore', timeout: START_MS }).status === 0;
}
