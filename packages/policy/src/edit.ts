import type { PolicyMode, PolicyScope } from './document.ts';
import { EditedText } from './edited-text.ts';
import { isObject } from './json.ts';
import { rateCounter } from './normalise.ts';

/** What the builder changes. `tool`: an exact name or glob under "tools"; null is "all_tools". */
export type PolicyChange =
  /** Without limits. Conditions stay: they are not what this switches. */
  | { kind: 'allow'; tool: string | null }
  | ({ kind: 'limit'; tool: string | null } & LimitChange)
  | { kind: 'deny'; tool: string | null; reason?: string }
  | { kind: 'hide'; tool: string | null }
  /** The whole rule, so that the default applies again. */
  | { kind: 'remove'; tool: string | null }
  | { kind: 'default'; value: 'deny' | 'allow' }
  | { kind: 'mode'; value: PolicyMode };

export interface LimitChange {
  /** As in the language: `minute`, seconds, `"15m"`. */
  window: string | number;
  max: number;
  /** Absent: what the limit has, else "grant". */
  scope?: PolicyScope;
  /** Absent: what the limit has, else `<tool>_rate`. */
  counter?: string;
  /** Which of the rule's limits; 0 when absent. One past the last adds a limit. */
  index?: number;
}

/** Applies a change to a document's text. Formatting, order and whatever the change is not about stay. Throws when the text is no JSON object. */
export function editPolicy(source: string, change: PolicyChange): string {
  const text = new EditedText(source);
  switch (change.kind) {
    case 'default':
      return text.set(['default'], change.value).source;
    case 'mode':
      return text.set(['mode'], change.value === 'enforce' ? undefined : change.value).source;
    case 'remove':
      return unhide(text, change.tool).set(rulePath(change.tool), undefined).source;
    case 'limit':
      return setLimit(unhide(text, change.tool), change).source;
    case 'allow':
    case 'deny':
    case 'hide':
      return setAction(unhide(text, change.tool), change).source;
  }
}

const rulePath = (tool: string | null): string[] => (tool === null ? ['all_tools'] : ['tools', tool]);

/** An entry of the top-level "hide" wins over "tools", so the change would not show without this. */
function unhide(text: EditedText, tool: string | null): EditedText {
  const hide = text.get(['hide']);
  const index = Array.isArray(hide) ? hide.lastIndexOf(tool) : -1;
  return index < 0 ? text : unhide(text.set(['hide', index], undefined), tool);
}

function setAction(text: EditedText, change: Extract<PolicyChange, { kind: 'allow' | 'deny' | 'hide' }>): EditedText {
  const path = rulePath(change.tool);
  if (!isObject(text.get(path))) text.set(path, {});
  text.set([...path, 'limits'], undefined).set([...path, 'rate_limit'], undefined);
  text.set([...path, 'action'], change.kind === 'allow' ? undefined : change.kind);
  const reason = change.kind === 'deny' ? change.reason || undefined : undefined;
  return text.set([...path, 'reason'], reason);
}

function setLimit(text: EditedText, change: Extract<PolicyChange, { kind: 'limit' }>): EditedText {
  const path = rulePath(change.tool);
  if (!isObject(text.get(path))) text.set(path, {});
  for (const key of ['action', 'reason', 'rate_limit']) text.set([...path, key], undefined);
  const limits = text.get([...path, 'limits']);
  const count = Array.isArray(limits) ? limits.length : 0;
  const index = Math.min(change.index ?? 0, count);
  const { window, max } = change;
  const at = [...path, 'limits', index];
  if (index === count) {
    const limit = { counter: change.counter ?? rateCounter(change.tool ?? 'all_tools'), window, max, scope: change.scope ?? 'grant' };
    return count === 0 ? text.set([...path, 'limits'], [limit]) : text.append([...path, 'limits'], limit);
  }
  const changes = { counter: change.counter, window, max, scope: change.scope };
  for (const [key, value] of Object.entries(changes)) if (value !== undefined) text.set([...at, key], value);
  return text;
}
