import type { Category, Risk } from '@toolgate/catalogue/category';
import type { PolicyTool } from '@toolgate/policy/call';

/** A tool of the servers that a policy governs, with what the builder shows of it. */
export interface BuilderTool extends PolicyTool {
  category: Category;
  risk: Risk;
  description: string;
  inputSchema: unknown;
  /** The servers that have it. */
  servers: { id: string; name: string }[];
}

const RISKS: Risk[] = ['Low', 'Medium', 'High', 'Critical'];

/** One entry a name: where two servers have a tool of one name, the rule is for both, and the greater risk is shown. */
export function mergeTools(tools: readonly BuilderTool[]): BuilderTool[] {
  const byName = new Map<string, BuilderTool>();
  for (const tool of tools) {
    const known = byName.get(tool.name);
    if (!known) byName.set(tool.name, tool);
    else {
      const riskier = RISKS.indexOf(tool.risk) > RISKS.indexOf(known.risk) ? tool : known;
      byName.set(tool.name, { ...riskier, servers: [...known.servers, ...tool.servers] });
    }
  }
  return [...byName.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** What is asked of the engine for a tool that no server has: taken for the worst, as the gateway does. */
export const unknownTool = (name: string): PolicyTool => ({
  name,
  category: 'Destructive',
  risk: 'Critical',
  annotations: {},
  state: 'unknown',
});
