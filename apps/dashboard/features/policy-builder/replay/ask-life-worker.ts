import type { Done, FromLifeWorker, Work } from './life.worker.ts';

export interface Asked<D> {
  result: Promise<D>;
  /** Ends the thread; the result then never comes. */
  cancel(): void;
}

/** Has one piece of work done by a worker of its own. @param onRead told how many recorded calls have been read */
export function askLifeWorker<W extends Work>(
  work: W,
  onRead: (count: number) => void = () => {},
): Asked<Extract<Done, { kind: W['kind'] }>> {
  const worker = new Worker(new URL('./life.worker.ts', import.meta.url), { type: 'module', name: 'policy-life' });
  const result = new Promise<Extract<Done, { kind: W['kind'] }>>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<FromLifeWorker>) => {
      if ('ready' in data) return worker.postMessage(work);
      if ('read' in data) return onRead(data.read);
      worker.terminate();
      if ('fault' in data) reject(new Error(data.fault));
      else resolve(data.done as Extract<Done, { kind: W['kind'] }>);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      reject(new Error(event.message || 'The engine could not be loaded.'));
    };
  });
  return { result, cancel: () => worker.terminate() };
}
