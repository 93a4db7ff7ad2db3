import { diffPolicies, type PolicyDiff } from '@toolgate/policy/diff';
import { readPolicy } from '@toolgate/policy/read';
import type { BuilderTool } from './builder-tool.ts';

/** What putting one text in force in place of another changes; null when the new one cannot be read. An old one that cannot be read allowed nothing. */
export function diffSources(before: string, after: string, tools: readonly BuilderTool[]): PolicyDiff | null {
  const [old, now] = [readPolicy(before), readPolicy(after)];
  if (!now.ok) return null;
  // A quarantined tool is gained too: once it is reviewed, it can be called.
  const known = tools.map((tool) => ({ ...tool, state: 'active' as const }));
  return diffPolicies(old.ok ? old.document : null, now.document, known);
}
