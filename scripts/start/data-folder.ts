/** The data folder: made, checked, and held by one start at a time. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isAlive, stopProcess } from '@toolgate/embedded/process';
import { root, StartError } from './settings.ts';

const NEEDED_BYTES = 256 * 1024 * 1024;

interface Lock {
  pid: number;
  /** Processes of this start that must end before another may begin. */
  children: number[];
}

export interface DataFolder {
  path: string;
  /** Sentences about what an earlier, killed start had left. */
  notes: string[];
  setChildren(pids: number[]): void;
  /** Writes a file that only this user can read, at once or not at all. */
  write(name: string, content: string): void;
  remove(name: string): void;
  release(): void;
}

/** Rejects (StartError) when the folder cannot be written, is (nearly) full, or belongs to a start that still runs. */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  const lockFile = path.join(folder, 'start.lock');
  const write = (name: string, content: string): void => {
    const file = path.join(folder, name);
    writeFileSync(`${file}.new`, content, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  try {
    makeFolder(folder);
    write('.writable', '');
  } catch (error) {
    throw new StartError(
      `The data folder ${folder} cannot be written (${(error as NodeJS.ErrnoException).code}): set TOOLGATE_DATA_DIR to one that can.`,
    );
  }
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < NEEDED_BYTES)
    throw new StartError(
      `The disk of the data folder ${folder} is full (${Math.floor((bavail * bsize) / 1048576)} MB free, 256 MB needed): make room, or set TOOLGATE_DATA_DIR.`,
    );
  const notes: string[] = [];
  const before = readLock(lockFile);
  if (before && isOurs(before.pid))
    throw new StartError(
      `Toolgate is already running with the data folder ${folder} (process ${before.pid}): stop it, or set TOOLGATE_DATA_DIR and other ports.`,
    );
  if (before) {
    const orphans = before.children.filter(isOurs);
    await Promise.all(orphans.map((pid) => stopProcess(pid, 'SIGTERM', 35_000)));
    if (orphans.length) notes.push(`Stopped ${orphans.length} process(es) that an earlier start had left running.`);
  }
  const lock: Lock = { pid: process.pid, children: [] };
  write('start.lock', JSON.stringify(lock));
  return {
    path: folder,
    notes,
    write,
    setChildren: (pids) => write('start.lock', JSON.stringify({ ...lock, children: pids })),
    remove: (name) => rmSync(path.join(folder, name), { force: true }),
    release: () => rmSync(lockFile, { force: true }),
  };
}

/** Level by level: `mkdir` with `recursive` never returns where a file system refuses new folders by ENOENT, as /proc does. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  mkdirSync(folder, { mode: 0o755 });
}

function readLock(file: string): Lock | null {
  if (!existsSync(file)) return null;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Lock;
  } catch {
    return null;
  }
}

/** Process numbers are reused: a number counts only when its command line is of this repository. */
function isOurs(pid: number): boolean {
  if (!isAlive(pid)) return false;
  try {
    const command = execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes(root) || command.includes('scripts/start.ts') || command.includes('next-server');
  } catch {
    return false;
  }
}
