import type { PolicyDocument } from '@toolgate/policy/document';
import { editPolicy } from '@toolgate/policy/edit';
import { rulePointer, setRule } from '@toolgate/policy/edit-rule';
import type { BuilderTool } from './builder-tool.ts';
import { rowNamed, type ToolRow } from './tool-rows.ts';

/** What `?allow=` comes to in a draft. */
export interface Allowed {
  /** Makes the draft allow the tool; null: nothing to change, or nothing that would help. */
  edit: ((source: string) => string) | null;
  /** The rule to open: a tool's or a pattern's name. */
  opens: string | null;
  /** For the person who asked. */
  says: string;
}

/** Lets a tool pass that its own rule, a pattern or the default refuses. Conditions and limits stay: they are for the person to change. */
export function allowTool(document: PolicyDocument, tools: readonly BuilderTool[], name: string): Allowed {
  const row = rowNamed(name, document, tools);
  if (!row)
    return {
      edit: null,
      opens: null,
      says: `No server shown here has a tool ${name}, and no rule is written for it. Nothing was changed.`,
    };
  const passing = passes(row, document);
  const still = hindrance(row, document);
  if (row.from.kind === 'hidden' && row.from.pattern !== name)
    return {
      edit: null,
      opens: null,
      says: `${name} is hidden by ${row.from.pattern}, whatever its rule says. Take that from the hidden names first.`,
    };
  if (passing !== null)
    return { edit: null, opens: passing.opens, says: `${name} is allowed already${passing.by}. ${still ?? WHAT_REFUSES}` };
  const says = `${name} is allowed in this draft; nothing changes before you publish.`;
  return { edit: (source) => allowed(source, row), opens: name, says: still === null ? says : `${says} ${still}` };
}

const WHAT_REFUSES = 'What refuses a call of it are conditions and limits.';

/** By which rule it passes; null: it does not. */
function passes({ name, rule, from, choice }: ToolRow, document: PolicyDocument): { opens: string | null; by: string } | null {
  switch (from.kind) {
    case 'rule':
      return rule?.action === 'allow' ? { opens: name, by: '' } : null;
    case 'pattern':
      return choice === 'deny' || choice === 'hide' || document.tools.get(from.pattern)?.action !== 'allow'
        ? null
        : { opens: from.pattern, by: `, by ${from.pattern}` };
    case 'default':
      return document.default === 'allow' ? { opens: null, by: ' by default' } : null;
    case 'hidden':
      return null;
  }
}

/** What refuses its calls all the same. */
function hindrance({ tool }: ToolRow, { allTools }: PolicyDocument): string | null {
  if (allTools && allTools.action !== 'allow') return 'The rule for all tools refuses it still.';
  return tool?.state === 'quarantined' ? 'It is in quarantine: its calls are refused until somebody has reviewed it.' : null;
}

function allowed(source: string, { name, rule, from }: ToolRow): string {
  if (from.kind === 'rule' && rule) return setRule(source, rulePointer(name), { action: 'allow', reason: '' });
  return editPolicy(source, { kind: 'allow', tool: name });
}
