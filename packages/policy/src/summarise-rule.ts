import { type CompiledPolicy, compilePolicy } from './compile.ts';
import type { PolicyDocument, PolicyRule, PolicyScope } from './document.ts';
import { compileGlob } from './glob.ts';
import { toPointer } from './pointer.ts';
import { writeWindow } from './window.ts';

/** How the builder shows what a document says of one tool. */
export interface RuleSummary {
  /** `custom`: more than the builder's switches say. `default`: no entry names the tool. */
  kind: 'allow' | 'limit' | 'deny' | 'hide' | 'custom' | 'default';
  /** RFC 6901 pointer of what decides. */
  pointer: string;
  /** The entry is another name than the tool's own: a glob under "tools" or in "hide". */
  glob: string | null;
  reason: string | null;
  limit: SummarisedLimit | null;
}

export interface SummarisedLimit {
  counter: string;
  /** As in the language. */
  window: string | number;
  max: number;
  scope: PolicyScope;
}

const compiled = new WeakMap<PolicyDocument, CompiledPolicy>();

/** The builder's view of a tool, all_tools apart. */
export function summariseRule(document: PolicyDocument, tool: string): RuleSummary {
  const hide = document.hide.findIndex((pattern) => compileGlob(pattern)(tool));
  if (hide >= 0) {
    const pattern = document.hide[hide]!;
    return { kind: 'hide', pointer: toPointer(['hide', hide]), glob: pattern === tool ? null : pattern, reason: null, limit: null };
  }
  const policy = compiled.get(document) ?? compilePolicy(document);
  compiled.set(document, policy);
  const rule = policy.tool(tool).rules.find(({ source }) => source !== document.allTools);
  if (!rule) return { kind: 'default', pointer: '/default', glob: null, reason: null, limit: null };
  return { ...summary(rule.source), pointer: rule.source.pointer, glob: rule.subject === tool ? null : rule.subject };
}

function summary(rule: PolicyRule): Pick<RuleSummary, 'kind' | 'reason' | 'limit'> {
  const { reason } = rule;
  const conditions = rule.require.length + rule.denyIf.length + rule.approveIf.length + rule.concurrency.length;
  const [limit, ...more] = rule.limits;
  const shown =
    limit && limit.by === null ? { counter: limit.counter, window: writeWindow(limit.windowMs), max: limit.max, scope: limit.scope } : null;
  if (rule.mode === 'shadow' || conditions > 0 || more.length > 0 || (limit && !shown)) return { kind: 'custom', reason, limit: shown };
  if (rule.action !== 'allow') return { kind: rule.action, reason, limit: shown };
  return { kind: shown ? 'limit' : 'allow', reason, limit: shown };
}
