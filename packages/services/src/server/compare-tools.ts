import type { PinnedTool } from './pinned-tool.ts';

export interface KnownTool {
  id: string;
  name: string;
  hash: string;
  state: 'active' | 'quarantined' | 'removed';
  /** Of a removed tool: its state before it vanished. */
  stateBefore?: string | undefined;
}

export type ToolDifference =
  | { kind: 'new'; tool: PinnedTool; state: 'active' | 'quarantined' }
  /** A removed tool is back, exactly as it was accepted: nobody has to look again. */
  | { kind: 'back'; id: string; tool: PinnedTool }
  /** Quarantined: another definition, or one that came back without ever having been accepted. */
  | { kind: 'changed'; id: string; tool: PinnedTool }
  | { kind: 'vanished'; id: string; name: string };

/** What a discovery changes. The first list of a server is taken as it is; whatever differs from it later waits for a person. */
export function compareTools(known: readonly KnownTool[], found: ReadonlyMap<string, PinnedTool>): ToolDifference[] {
  const state = known.length === 0 ? 'active' : 'quarantined';
  const byName = new Map(known.map((tool) => [tool.name, tool]));
  const differences: ToolDifference[] = [];
  for (const tool of found.values()) {
    const before = byName.get(tool.name);
    if (!before) differences.push({ kind: 'new', tool, state });
    else if (before.state === 'removed' && before.hash === tool.hash && before.stateBefore === 'active') {
      differences.push({ kind: 'back', id: before.id, tool });
    } else if (before.state === 'removed' || before.hash !== tool.hash) differences.push({ kind: 'changed', id: before.id, tool });
  }
  for (const { id, name, state } of known) if (state !== 'removed' && !found.has(name)) differences.push({ kind: 'vanished', id, name });
  return differences;
}
