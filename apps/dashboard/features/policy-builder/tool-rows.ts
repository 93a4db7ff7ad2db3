import type { Risk } from '@toolgate/catalogue/category';
import type { PolicyDocument, PolicyRule } from '@toolgate/policy/document';
import { explainRule } from '@toolgate/policy/explain';
import { explainTool } from '@toolgate/policy/explain-document';
import { compileGlob, isGlob, literalCharacters } from '@toolgate/policy/glob';
import type { BuilderTool } from './builder-tool.ts';

/** What the segmented control shows. `custom`: conditions or a mode, so that it is more than one of these. */
export type RuleChoice = 'allow' | 'limit' | 'approve' | 'deny' | 'hide' | 'custom';

export interface ToolRow {
  /** A tool's name, or a pattern. */
  name: string;
  /** Null: no server has it. */
  tool: BuilderTool | null;
  /** The rule written for exactly this name. */
  rule: PolicyRule | null;
  /** What decides about it: its own rule, a pattern, the list of hidden names, or the default. */
  from: { kind: 'rule' } | { kind: 'pattern'; pattern: string } | { kind: 'hidden'; pattern: string } | { kind: 'default' };
  /** Null: left to the default. */
  choice: RuleChoice | null;
  /** What the document says of it, in a sentence. */
  says: string;
}

export type RowGroup = Risk | 'Patterns' | 'Elsewhere';
export const ROW_GROUPS: readonly RowGroup[] = ['Critical', 'High', 'Medium', 'Low', 'Patterns', 'Elsewhere'];

/** Every tool of the servers, and everything else that the document names, by risk. */
export function toolRows(document: PolicyDocument, tools: readonly BuilderTool[]): Map<RowGroup, ToolRow[]> {
  const known = new Map(tools.map((tool) => [tool.name, tool]));
  const names = [...known.keys(), ...[...document.tools.keys()].filter((name) => !known.has(name))];
  const find = ruleFinder(document);
  const groups = new Map<RowGroup, ToolRow[]>();
  for (const name of names) {
    const row = { ...rowOf(name, known.get(name) ?? null, document, find), says: saysOf(name, document) };
    const group = groupOf(row);
    groups.set(group, [...(groups.get(group) ?? []), row]);
  }
  return new Map(ROW_GROUPS.flatMap((group) => (groups.has(group) ? [[group, groups.get(group) as ToolRow[]]] : [])));
}

/** The row of one name; null: no server has it and nothing is written for it. */
export function rowNamed(name: string, document: PolicyDocument, tools: readonly BuilderTool[]): ToolRow | null {
  const tool = tools.find((one) => one.name === name) ?? null;
  if (!tool && !document.tools.has(name)) return null;
  return { ...rowOf(name, tool, document, ruleFinder(document)), says: saysOf(name, document) };
}

type Finder = { hidden(name: string): string | null; pattern(name: string): string | null };

function ruleFinder(document: PolicyDocument): Finder {
  const hidden = document.hide.map((pattern) => ({ pattern, matches: compileGlob(pattern) }));
  // The glob with the most literal characters applies; a stable sort keeps document order among equals.
  const patterns = [...document.tools.keys()]
    .filter(isGlob)
    .map((pattern) => ({ pattern, matches: compileGlob(pattern), length: literalCharacters(pattern) }))
    .sort((a, b) => b.length - a.length);
  return {
    hidden: (name) => hidden.find(({ matches }) => matches(name))?.pattern ?? null,
    pattern: (name) => patterns.find(({ matches }) => matches(name))?.pattern ?? null,
  };
}

function rowOf(name: string, tool: BuilderTool | null, document: PolicyDocument, find: Finder): Omit<ToolRow, 'says'> {
  const rule = document.tools.get(name) ?? null;
  const hidden = isGlob(name) ? null : find.hidden(name);
  if (hidden !== null) return { name, tool, rule, from: { kind: 'hidden', pattern: hidden }, choice: 'hide' };
  if (rule) return { name, tool, rule, from: { kind: 'rule' }, choice: choiceOf(rule) };
  const pattern = find.pattern(name);
  if (pattern === null) return { name, tool, rule, from: { kind: 'default' }, choice: null };
  return { name, tool, rule: null, from: { kind: 'pattern', pattern }, choice: choiceOf(document.tools.get(pattern) as PolicyRule) };
}

/** A pattern is told as it is written: what tools it matches is decided for each of them. */
function saysOf(name: string, document: PolicyDocument): string {
  const rule = isGlob(name) ? document.tools.get(name) : undefined;
  return rule ? explainRule(name, rule) : explainTool(document, name).text;
}

export function choiceOf(rule: PolicyRule): RuleChoice {
  if (rule.mode === 'shadow') return 'custom';
  if (rule.action !== 'allow') return rule.action;
  if (rule.require.length + rule.denyIf.length > 0) return 'custom';
  if (rule.approveIf.length > 0) return 'approve';
  return rule.limits.length + rule.concurrency.length > 0 ? 'limit' : 'allow';
}

function groupOf({ name, tool }: Pick<ToolRow, 'name' | 'tool'>): RowGroup {
  if (tool) return tool.risk;
  return isGlob(name) ? 'Patterns' : 'Elsewhere';
}

/** Rows whose name, description or server has every word of the query. */
export function searchRows(rows: readonly ToolRow[], query: string): ToolRow[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length === 0
    ? [...rows]
    : rows.filter((row) => {
        const text = textOf(row);
        return words.every((word) => text.includes(word));
      });
}

/** A search reads all of them at every key. */
const texts = new WeakMap<ToolRow, string>();

function textOf(row: ToolRow): string {
  const known = texts.get(row);
  if (known !== undefined) return known;
  const { name, tool } = row;
  const servers = tool?.servers.map((server) => server.name).join(' ') ?? '';
  const text = `${name} ${tool?.description ?? ''} ${servers} ${tool?.category ?? ''}`.toLowerCase();
  texts.set(row, text);
  return text;
}
