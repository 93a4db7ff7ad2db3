'use client';
import { useEffect, useRef, useState } from 'react';
import type { Question } from './simulate.ts';
import { type Outcome, Simulator } from './simulator.ts';

/** What the engine says of a question; the answer before it stays until the next one is there. Null: not answered yet. */
export function useSimulation(question: Question): Outcome | null {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const simulator = useRef<Simulator | null>(null);
  useEffect(() => {
    simulator.current ??= new Simulator();
    simulator.current.ask(question, setOutcome);
  }, [question]);
  useEffect(
    () => () => {
      simulator.current?.stop();
      simulator.current = null;
    },
    [],
  );
  return outcome;
}
