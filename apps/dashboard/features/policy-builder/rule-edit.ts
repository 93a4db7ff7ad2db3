import type { PolicyLimit, PolicyScope } from '@toolgate/policy/document';
import { editPolicy } from '@toolgate/policy/edit';
import { writeWindow } from '@toolgate/policy/window';
import { choiceOf, type RuleChoice, type ToolRow } from './tool-rows.ts';

/** What a person does to one row of the table. */
export type RuleEdit =
  | { kind: 'choose'; choice: Exclude<RuleChoice, 'custom'> }
  | { kind: 'reason'; reason: string }
  | { kind: 'limit'; limit: PolicyLimit; max?: number; window?: string | number; scope?: PolicyScope }
  /** Takes the rule away: the default, or a pattern, applies again. */
  | { kind: 'remove' };

/** What a limit is at first: the same as the recommendation for tools that change something. */
const FIRST_LIMIT = { window: 'minute', max: 30 } as const;

/** The text of the document after the edit; what the edit is not about keeps its formatting. */
export function editRule(source: string, row: ToolRow, edit: RuleEdit): string {
  const tool = row.name;
  switch (edit.kind) {
    case 'remove':
      return editPolicy(source, { kind: 'remove', tool });
    case 'reason':
      return editPolicy(source, { kind: 'deny', tool, reason: edit.reason });
    case 'limit': {
      const { limit } = edit;
      const window = edit.window ?? writeWindow(limit.windowMs);
      const scope = edit.scope ?? limit.scope;
      return editPolicy(source, {
        kind: 'limit',
        tool,
        window,
        max: edit.max ?? limit.max,
        scope,
        counter: limit.counter,
        index: indexOf(row, limit),
      });
    }
    case 'choose':
      return choose(source, row, edit.choice);
  }
}

function choose(source: string, row: ToolRow, choice: Exclude<RuleChoice, 'custom'>): string {
  const tool = row.name;
  switch (choice) {
    case 'allow': {
      // Conditions and a mode would stay: then "Allow" would not say what the rule does.
      const custom = row.rule !== null && choiceOf(row.rule) === 'custom';
      return editPolicy(custom ? editPolicy(source, { kind: 'remove', tool }) : source, { kind: 'allow', tool });
    }
    case 'limit':
      return row.rule && row.rule.action === 'allow' && row.rule.limits.length > 0
        ? source
        : editPolicy(source, { kind: 'limit', tool, ...FIRST_LIMIT });
    case 'deny':
      return editPolicy(source, { kind: 'deny', tool, ...(row.rule?.reason ? { reason: row.rule.reason } : {}) });
    case 'hide':
      return editPolicy(source, { kind: 'hide', tool });
  }
}

/** The place of a limit in the list as written; the older `rate_limit` becomes a new entry at its end. */
function indexOf({ rule }: ToolRow, limit: PolicyLimit): number {
  const index = /\/limits\/(\d+)$/.exec(limit.pointer)?.[1];
  return index === undefined ? (rule?.limits.length ?? 1) + (rule?.concurrency.length ?? 0) - 1 : Number(index);
}
