import { editPolicy } from '@toolgate/policy/edit';
import { addEntry } from '@toolgate/policy/edit-entry';
import { editMany } from '@toolgate/policy/edit-many';
import { setPlace } from '@toolgate/policy/edit-place';
import { rulePointer, setRule } from '@toolgate/policy/edit-rule';
import { choiceOf, type RuleChoice, type ToolRow } from './tool-rows.ts';

/** What can be chosen for a tool, in the order of their keys 1 to 5. */
export const CHOICES = ['allow', 'limit', 'approve', 'deny', 'hide'] as const satisfies readonly RuleChoice[];
export type Choice = (typeof CHOICES)[number];

/** What a limit is at first: the same as the recommendation for tools that change something. */
const FIRST_LIMIT = { window: 'minute', max: 30 } as const;

/** The text of the document after the choice, which is enforced; what it is not about keeps its formatting. */
export function chooseRule(source: string, row: ToolRow, choice: Choice): string {
  const shadow = row.from.kind === 'rule' && row.rule?.mode === 'shadow';
  return chosen(shadow ? setRule(source, rulePointer(row.name), { mode: 'enforce' }) : source, row, choice);
}

function chosen(source: string, row: ToolRow, choice: Choice): string {
  const tool = row.name;
  switch (choice) {
    case 'allow': {
      // Conditions and a mode would stay: then "Allow" would not say what the rule does.
      const more = row.rule !== null && ['custom', 'approve'].includes(choiceOf(row.rule));
      return editPolicy(more ? removeRule(source, row) : source, { kind: 'allow', tool });
    }
    case 'limit': {
      const limited = row.rule?.action === 'allow' && row.rule.limits.length + row.rule.concurrency.length > 0;
      const asked = row.rule && row.rule.approveIf.length > 0 ? setPlace(source, `${rulePointer(tool)}/approve_if`, undefined) : source;
      return limited && row.from.kind === 'rule' ? asked : editPolicy(asked, { kind: 'limit', tool, ...FIRST_LIMIT });
    }
    case 'approve': {
      if (row.from.kind === 'rule' && row.rule?.action === 'allow' && row.rule.approveIf.length > 0) return source;
      // A name that is hidden, or has no rule, is allowed first; else limits and conditions stay.
      const open = row.rule && row.from.kind === 'rule' ? source : editPolicy(source, { kind: 'allow', tool });
      return addEntry(setRule(open, rulePointer(tool), { action: 'allow', reason: '' }), rulePointer(tool), 'approve_if', []);
    }
    case 'deny':
      return editPolicy(source, { kind: 'deny', tool, ...(row.rule?.reason ? { reason: row.rule.reason } : {}) });
    case 'hide':
      return editPolicy(source, { kind: 'hide', tool });
  }
}

/** The same choice for several rows. */
export function chooseRules(source: string, rows: readonly ToolRow[], choice: Choice): string {
  const byName = new Map(rows.map((row) => [row.name, row]));
  return editMany(source, [...byName.keys()], (text, name) => chooseRule(text, byName.get(name) as ToolRow, choice));
}

/** Takes the rule away: the default, or a pattern, applies again. */
export const removeRule = (source: string, { name }: ToolRow): string => editPolicy(source, { kind: 'remove', tool: name });
