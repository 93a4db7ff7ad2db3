import { readdirSync, readFileSync } from 'node:fs';

/** Processor time of a process with all its threads and children (Linux), in µs, as finely as the scheduler counts it. */
export function cpuMicros(pid: number): number {
  try {
    let micros = 0;
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      micros += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1000;
      const children = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim();
      for (const child of children.split(' ').filter(Boolean)) micros += cpuMicros(Number(child));
    }
    return micros;
  } catch {
    return 0;
  }
}
