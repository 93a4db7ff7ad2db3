import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { suiteFolder } from './suite-folder.ts';

/** The scenarios that a revision requires of a server, as the suite has frozen them (`requirements/<revision>.yaml`). */
export function requiredScenarios(revision: string): Set<string> {
  const text = readFileSync(fileOf(revision), 'utf8');
  const section = /^server:\n((?: +- .+\n)+)/m.exec(text)?.[1] ?? '';
  const names = new Set([...section.matchAll(/^ +- (\S+)$/gm)].map(([, name]) => name as string));
  if (names.size === 0) throw new Error(`The conformance suite names no scenario that ${revision} requires.`);
  return names;
}

/** Whether the suite has frozen what the revision requires. */
export const hasRequirements = (revision: string): boolean => existsSync(fileOf(revision));

const fileOf = (revision: string): string => path.join(suiteFolder(), 'requirements', `${revision}.yaml`);
