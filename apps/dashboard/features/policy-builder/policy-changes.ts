import { compilePolicy } from '@toolgate/policy/compile';
import { lists } from '@toolgate/policy/decide';
import type { PolicyDocument, PolicyRule } from '@toolgate/policy/document';
import { explainRule } from '@toolgate/policy/explain';
import { toPointer } from '@toolgate/policy/pointer';
import type { BuilderTool } from './builder-tool.ts';

/** One thing that a new version says otherwise, in words. */
export interface PolicyChange {
  /** A tool, a pattern, or the part of the document. */
  subject: string;
  pointer: string;
  /** Null: nothing was, or is, said of it. */
  before: string | null;
  after: string | null;
}

export interface PolicyChanges {
  changes: PolicyChange[];
  /** Known tools that can be called after and could not before, and the other way round. */
  gained: string[];
  lost: string[];
}

/** What publishing would change; with `before` null (it cannot be read) everything is new. */
export function policyChanges(before: PolicyDocument | null, after: PolicyDocument, tools: readonly BuilderTool[]): PolicyChanges {
  const old = before && compilePolicy(before);
  const now = compilePolicy(after);
  // Known to the servers, whatever its state: a quarantined tool is gained too, once it is reviewed.
  const active = tools.map((tool) => ({ ...tool, state: 'active' as const }));
  const could = new Set(active.filter((tool) => old !== null && lists(old, tool, null)).map(({ name }) => name));
  const can = new Set(active.filter((tool) => lists(now, tool, null)).map(({ name }) => name));
  return {
    changes: [...documentChanges(before, after), ...ruleChanges(before, after)],
    gained: [...can].filter((name) => !could.has(name)),
    lost: [...could].filter((name) => !can.has(name)),
  };
}

function documentChanges(before: PolicyDocument | null, after: PolicyDocument): PolicyChange[] {
  const parts: [string, string, (document: PolicyDocument) => string | null][] = [
    ['Tools without a rule', '/default', (document) => (document.default === 'deny' ? 'denied' : 'allowed')],
    ['Enforcement', '/mode', (document) => (document.mode === 'shadow' ? 'recorded only, nothing is enforced' : 'enforced')],
    ['Hidden names', '/hide', (document) => document.hide.join(', ') || null],
    ['Other methods', '/methods', (document) => [...document.methods].map(([name, effect]) => `${name}: ${effect}`).join(', ') || null],
    ['All tools', '/all_tools', (document) => document.allTools && explainRule('all tools', document.allTools)],
  ];
  return parts.flatMap(([subject, pointer, say]) => change(subject, pointer, before && say(before), say(after)));
}

function ruleChanges(before: PolicyDocument | null, after: PolicyDocument): PolicyChange[] {
  const names = new Set([...(before?.tools.keys() ?? []), ...after.tools.keys()]);
  return [...names].flatMap((name) => {
    const [old, now] = [before?.tools.get(name), after.tools.get(name)];
    const pointer = toPointer(['tools', name]);
    const said = change(name, pointer, old ? explainRule(name, old) : null, now ? explainRule(name, now) : null);
    if (said.length > 0 || !old || !now || sameRule(old, now)) return said;
    return [{ subject: name, pointer, before: 'the same in words', after: 'details changed: see the JSON' }];
  });
}

const change = (subject: string, pointer: string, before: string | null, after: string | null): PolicyChange[] =>
  before === after ? [] : [{ subject, pointer, before, after }];

const sameRule = (one: PolicyRule, other: PolicyRule): boolean => JSON.stringify(one) === JSON.stringify(other);
