'use client';
import type { Refusal, Result } from '@toolgate/services/refusal';
import { useCallback, useState, useTransition } from 'react';

/** A server action that returns a Result, with its state: what is under way, and the last refusal (also by field). */
export function useAction<In extends unknown[], Out>(
  action: (...input: In) => Promise<Result<Out>>,
  { onDone }: { onDone?: (value: Out) => void } = {},
) {
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [pending, start] = useTransition();
  const run = useCallback(
    (...input: In) =>
      start(async () => {
        setRefusal(null);
        const result = await attempt(() => action(...input));
        if (result.ok) onDone?.(result.value);
        else setRefusal(result.refusal);
      }),
    [action, onDone],
  );
  return { run, pending, refusal, fields: refusal?.fields ?? {}, clear: useCallback(() => setRefusal(null), []) };
}

async function attempt<Out>(run: () => Promise<Result<Out>>): Promise<Result<Out>> {
  try {
    return await run();
  } catch (error) {
    // Redirects and not-found travel as exceptions that Next itself handles.
    if (error instanceof Error && 'digest' in error && String(error.digest).startsWith('NEXT_')) throw error;
    return { ok: false, refusal: { code: 'unavailable', message: 'The server could not be reached. Nothing was changed; try again.' } };
  }
}
