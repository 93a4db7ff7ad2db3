import type { CompiledPolicy } from './compile.ts';
import { decideMethod } from './decide.ts';
import { isGlob } from './glob.ts';

export interface MethodChange {
  method: string;
  before: 'allow' | 'deny';
  after: 'allow' | 'deny';
}

/**
 * The methods of the Model Context Protocol that `methods` decides, in its revisions from 2025-03-26 to 2026-07-28. The last one asks for
 * `elicitation/create`, `sampling/createMessage` and `roots/list` in results, not in requests of their own.
 */
const METHODS = [
  'completion/complete',
  'elicitation/create',
  'prompts/get',
  'prompts/list',
  'resources/list',
  'resources/read',
  'resources/subscribe',
  'resources/templates/list',
  'resources/unsubscribe',
  'roots/list',
  'sampling/createMessage',
];

/** The methods, other than those of tools, that a change lets through or no longer does. */
export function diffMethods(old: CompiledPolicy | null, now: CompiledPolicy): MethodChange[] {
  const named = [old, now].flatMap((policy) => [...(policy?.document?.methods.keys() ?? [])]).filter((name) => !isGlob(name));
  return [...new Set([...METHODS, ...named])]
    .map((method) => ({ method, before: decideMethod(old, method), after: decideMethod(now, method) }))
    .filter(({ before, after }) => before !== after);
}
