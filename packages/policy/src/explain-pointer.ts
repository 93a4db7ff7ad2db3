import type { PolicyDocument, PolicyRule } from './document.ts';
import { explainCondition, explainEntry, explainRule } from './explain.ts';
import { explainHidden, explainMethod } from './explain-document.ts';
import { explainConcurrency, explainLimit, limitSubject } from './explain-limit.ts';
import { toPointer } from './pointer.ts';

/**
 * The line of a document that a pointer names (RFC 6901, as in a decision and its trace) in one sentence; of a place within a line that
 * line, such as `/tools/pay/limits/0/max`. A pointer to nothing of this document says so.
 */
export function explainPointer(document: PolicyDocument, pointer: string): string {
  let at = pointer;
  for (;;) {
    const said = sentenceAt(document, at);
    if (said !== null) return said;
    if (at === '') return 'This line is not in the document.';
    at = at.slice(0, at.lastIndexOf('/'));
  }
}

function sentenceAt(document: PolicyDocument, pointer: string): string | null {
  if (pointer === '/default') return `Tools that no rule names are ${document.default === 'deny' ? 'denied' : 'allowed'}.`;
  if (pointer === '/mode')
    return document.mode === 'shadow' ? 'Nothing is enforced (shadow): decisions are only recorded.' : 'The document is enforced.';
  const hide = document.hide.find((_, index) => pointer === toPointer(['hide', index]));
  if (hide !== undefined) return explainHidden(hide);
  for (const [name, effect] of document.methods) if (pointer === toPointer(['methods', name])) return explainMethod(name, effect);
  const [name, rule] = ruleAt(document, pointer) ?? [];
  return rule === undefined ? null : sentenceOf(name ?? 'all tools', rule, pointer);
}

function ruleAt(document: PolicyDocument, pointer: string): [string | null, PolicyRule] | null {
  const within = (rule: PolicyRule) => pointer === rule.pointer || pointer.startsWith(`${rule.pointer}/`);
  if (document.allTools && within(document.allTools)) return [null, document.allTools];
  for (const [name, rule] of document.tools) if (within(rule)) return [name, rule];
  return null;
}

/** A rule, or one line of it; null: a place within a line. */
function sentenceOf(name: string, rule: PolicyRule, pointer: string): string | null {
  if (pointer === rule.pointer) return explainRule(name, rule);
  const line = pointer.slice(rule.pointer.length);
  const shadow = rule.mode === 'shadow' ? ' (shadow: recorded, not enforced)' : '';
  const are = name === 'all tools' || name.includes('*') ? 'are' : 'is';
  if (line === '/action' || line === '/reason') return explainRule(name, { ...rule, ...NO_CONDITIONS });
  if (line === '/mode') return `The rule on ${name} is ${rule.mode === 'shadow' ? 'recorded, not enforced (shadow)' : 'enforced'}.`;
  const restriction = restrictionAt(rule, pointer);
  if (restriction !== null) return `${name} ${are} ${restriction}${shadow}.`;
  const limit = rule.limits.find((each) => each.pointer === pointer);
  const concurrency = rule.concurrency.find((each) => each.pointer === pointer);
  const words = limit ? explainLimit(limit) : concurrency ? explainConcurrency(concurrency) : null;
  return words === null ? null : `${limitSubject(name)} limited to ${words.replace('at most ', '')}${shadow}.`;
}

const NO_CONDITIONS = { require: [], denyIf: [], approveIf: [], limits: [], concurrency: [] };

function restrictionAt({ require, denyIf, approveIf }: PolicyRule, pointer: string): string | null {
  for (const [entries, says, quantifier] of [
    [require, 'allowed only if', 'every'],
    [denyIf, 'denied if', 'some'],
    [approveIf, 'allowed only after an approval if', 'some'],
  ] as const) {
    for (const entry of entries) {
      if (entry.pointer === pointer) return `${says} ${explainEntry(entry, quantifier)}`;
      const condition = entry.conditions.find((each) => each.pointer === pointer);
      if (condition) return `${says} ${explainCondition(condition, quantifier)}${entry.conditions.length > 1 ? ', and more' : ''}`;
    }
  }
  return null;
}
