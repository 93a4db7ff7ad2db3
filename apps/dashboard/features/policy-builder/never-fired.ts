import { compilePolicy } from '@toolgate/policy/compile';
import type { PolicyDocument } from '@toolgate/policy/document';
import { fromPointer } from '@toolgate/policy/pointer';
import { readPolicy } from '@toolgate/policy/read';
import type { Activity } from '@toolgate/policy/suggest-unused';

/** The names and patterns of a document whose rule, or hidden name, was of no consequence for any call of a period. */
export function neverFired(document: PolicyDocument, { passed, fired, sources }: Activity): ReadonlySet<string> {
  const owner = ownerFinder(document);
  const hidden = new Map(sources.map(({ version, source }) => [version, hiddenOf(source)]));
  const used = new Set<string>();
  for (const { tool } of passed) {
    const name = owner(tool);
    if (name !== null) used.add(name);
  }
  for (const { version, rule } of fired) {
    const [list, key] = fromPointer(rule);
    // Numbers in a list are those of the version that decided.
    const name = list === 'hide' ? hidden.get(version)?.[Number(key)] : list === 'tools' ? key : undefined;
    if (name !== undefined) used.add(name);
  }
  return new Set([...document.tools.keys(), ...document.hide].filter((name) => !used.has(name)));
}

/** Which entry under "tools" applies to a tool; null: none. */
function ownerFinder(document: PolicyDocument): (tool: string) => string | null {
  const policy = compilePolicy(document);
  const names = new Map([...document.tools].map(([name, rule]) => [rule, name]));
  return (tool) => {
    const rule = policy.tool(tool).rules.find(({ source }) => names.has(source));
    return (rule && names.get(rule.source)) ?? null;
  };
}

function hiddenOf(source: string): readonly string[] {
  const read = readPolicy(source);
  return read.ok ? read.document.hide : [];
}
