import type { CompiledPolicy } from './compile.ts';
import { decideMethod } from './decide.ts';
import { isGlob } from './glob.ts';

export interface MethodChange {
  method: string;
  before: 'allow' | 'deny';
  after: 'allow' | 'deny';
}

/** The governed methods of the Model Context Protocol, revision 2025-11-25. */
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
  'sampling/createMessage',
];

/** The methods, other than those of tools, that a change lets through or no longer does. */
export function diffMethods(old: CompiledPolicy | null, now: CompiledPolicy): MethodChange[] {
  const named = [old, now].flatMap((policy) => [...(policy?.document?.methods.keys() ?? [])]).filter((name) => !isGlob(name));
  return [...new Set([...METHODS, ...named])]
    .map((method) => ({ method, before: decideMethod(old, method), after: decideMethod(now, method) }))
    .filter(({ before, after }) => before !== after);
}
