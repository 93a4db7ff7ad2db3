'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Asked, askLifeWorker } from './ask-life-worker.ts';
import type { Done, Work } from './life.worker.ts';

export type LifeState<D> =
  | { kind: 'idle' }
  | { kind: 'working'; read: number }
  | { kind: 'done'; done: D }
  | { kind: 'fault'; message: string };

/** One piece of work at a time; the next ends the one before it. */
export function useLifeWorker<K extends Work['kind']>() {
  type D = Extract<Done, { kind: K }>;
  const [state, setState] = useState<LifeState<D>>({ kind: 'idle' });
  const asked = useRef<Asked<D> | null>(null);
  const stop = useCallback(() => {
    asked.current?.cancel();
    asked.current = null;
  }, []);
  const ask = useCallback(
    (work: Extract<Work, { kind: K }>) => {
      stop();
      setState((before) => (before.kind === 'done' && work.kind === 'tests' ? before : { kind: 'working', read: 0 }));
      const mine = askLifeWorker(work, (read) => setState({ kind: 'working', read })) as unknown as Asked<D>;
      asked.current = mine;
      mine.result.then(
        (done) => asked.current === mine && setState({ kind: 'done', done }),
        (error: Error) => asked.current === mine && setState({ kind: 'fault', message: error.message }),
      );
    },
    [stop],
  );
  useEffect(() => stop, [stop]);
  const cancel = useCallback(() => {
    stop();
    setState({ kind: 'idle' });
  }, [stop]);
  return { state, ask, cancel };
}
