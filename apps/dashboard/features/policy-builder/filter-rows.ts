import type { Risk } from '@toolgate/catalogue/category';
import type { PolicyDocument } from '@toolgate/policy/document';
import { isGlob } from '@toolgate/policy/glob';
import type { BuilderTool } from './builder-tool.ts';
import { type RuleChoice, type ToolRow, toolRows } from './tool-rows.ts';

/** `default`: no rule, pattern or hidden name decides about it. */
export type FilteredAction = RuleChoice | 'default';
export const RISKS: readonly Risk[] = ['Critical', 'High', 'Medium', 'Low'];
export const ACTIONS: readonly FilteredAction[] = ['allow', 'limit', 'approve', 'deny', 'hide', 'custom', 'default'];

/** What is chosen of each; nothing chosen is everything. */
export interface RowFilters {
  risks: readonly Risk[];
  actions: readonly FilteredAction[];
  /** Only what the draft says otherwise than the version it began from. */
  changed: boolean;
}

export function filterRows(rows: readonly ToolRow[], { risks, actions, changed }: RowFilters, changes: ReadonlySet<string>): ToolRow[] {
  return rows.filter(
    ({ name, tool, choice }) =>
      (risks.length === 0 || (tool !== null && risks.includes(tool.risk))) &&
      (actions.length === 0 || actions.includes(choice ?? 'default')) &&
      (!changed || changes.has(name)),
  );
}

/** The names of which a draft says something else than the document it began from. */
export function changedNames(before: PolicyDocument, after: PolicyDocument, tools: readonly BuilderTool[]): ReadonlySet<string> {
  const said = new Map(allRows(before, tools).map((row) => [row.name, sense(row, before)]));
  return new Set(
    allRows(after, tools)
      .filter((row) => said.get(row.name) !== sense(row, after))
      .map(({ name }) => name),
  );
}

const allRows = (document: PolicyDocument, tools: readonly BuilderTool[]) => [...toolRows(document, tools).values()].flat();

/** Of a pattern its place among the patterns counts too. */
function sense({ name, rule, from, choice, says }: ToolRow, document: PolicyDocument): string {
  const place = isGlob(name) ? [...document.tools.keys()].filter(isGlob).indexOf(name) : null;
  return JSON.stringify([rule, from, choice, says, place]);
}

/** As a parameter of the address says it: `High,Low`; what is none of the choices is left out. */
export function readChoices<T extends string>(text: string | null, choices: readonly T[]): T[] {
  const asked = new Set((text ?? '').split(','));
  return choices.filter((choice) => asked.has(choice));
}
