import type { Risk } from '@toolgate/catalogue/category';
import type { PolicyDocument } from '@toolgate/policy/document';
import { isGlob } from '@toolgate/policy/glob';
import type { BuilderTool } from './builder-tool.ts';
import { type RuleChoice, type ToolRow, toolRows } from './tool-rows.ts';

/** `default`: no rule, pattern or hidden name decides about it. */
export type FilteredAction = RuleChoice | 'default';
export const RISKS: readonly Risk[] = ['Critical', 'High', 'Medium', 'Low'];
export const ACTIONS: readonly FilteredAction[] = ['allow', 'limit', 'approve', 'deny', 'hide', 'custom', 'default'];
/** Periods in which a rule may not have fired. */
export const UNUSED_DAYS = [7, 30, 90] as const;

/** What is chosen of each; nothing chosen is everything. */
export interface RowFilters {
  risks: readonly Risk[];
  actions: readonly FilteredAction[];
  /** Only what the draft says otherwise than the version it began from. */
  changed: boolean;
  /** Only rules that no call of so many days met. */
  unusedDays: (typeof UNUSED_DAYS)[number] | null;
}

export const NO_FILTERS: RowFilters = { risks: [], actions: [], changed: false, unusedDays: null };

/** What filters need to know of rules by their names. */
export interface KnownNames {
  changes: ReadonlySet<string>;
  /** Whose rule no call met; null: not known, so no row is shown to be one. */
  unused: ReadonlySet<string> | null;
}

export function filterRows(rows: readonly ToolRow[], filters: RowFilters, { changes, unused }: KnownNames): ToolRow[] {
  const { risks, actions, changed, unusedDays } = filters;
  return rows.filter(
    (row) =>
      (risks.length === 0 || (row.tool !== null && risks.includes(row.tool.risk))) &&
      (actions.length === 0 || actions.includes(row.choice ?? 'default')) &&
      (!changed || changes.has(row.name)) &&
      (unusedDays === null || (isWritten(row) && unused?.has(row.name))),
  );
}

/** The document names exactly this, under "tools" or "hide". */
const isWritten = ({ name, rule, from }: ToolRow): boolean => rule !== null || (from.kind === 'hidden' && from.pattern === name);

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

/** As `unused=30` says it; null for anything but the periods that are offered. */
export const readUnusedDays = (text: string | null): RowFilters['unusedDays'] => UNUSED_DAYS.find((days) => String(days) === text) ?? null;

export const isFiltered = ({ risks, actions, changed, unusedDays }: RowFilters): boolean =>
  changed || unusedDays !== null || risks.length + actions.length > 0;
