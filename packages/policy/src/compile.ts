import { assertNever } from './assert-never.ts';
import type { PolicyCall } from './call.ts';
import { type CompiledCharges, compileCharges } from './charges.ts';
import { compileCondition } from './condition.ts';
import type { DecisionCode, PolicyLease, TraceStep } from './decision.ts';
import type { PolicyApproval, PolicyDocument, PolicyEntry, PolicyRule } from './document.ts';
import { compileGlob } from './glob.ts';
import { globIndex } from './glob-index.ts';
import { compileLeases } from './leases.ts';
import { toPointer } from './pointer.ts';
import { everyTruth, type Truth } from './truth.ts';
import type { Work } from './work.ts';

/** A document as closures: made once per policy version, used for every call. */
export interface CompiledPolicy {
  /** Null: the stored document cannot be read, and every call is denied. */
  document: PolicyDocument | null;
  shadow: boolean;
  /** Everything about a tool that does not depend on the call. */
  tool(name: string): CompiledTool;
  method(name: string): 'allow' | 'deny';
}

/** What the document says of one tool. */
export interface CompiledTool {
  name: string;
  /** Refusals of steps 4 to 6 in their order: an enforced one decides, one in shadow is recorded. */
  refusals: StaticRefusal[];
  /** Of steps 4 to 6. */
  trace: TraceStep[];
  /** all_tools first, then the tool's own rule. */
  rules: CompiledRule[];
  charges: CompiledCharges;
  shadowCharges: CompiledCharges;
  leases: PolicyLease[];
  shadowLeases: PolicyLease[];
  /** Nothing but the tool's name matters: no conditions, no values. */
  unconditional: boolean;
}

export interface StaticRefusal {
  code: Extract<DecisionCode, 'hidden' | 'default_deny' | 'denied'>;
  message: string;
  rule: string | null;
  shadow: boolean;
}

export interface CompiledRule {
  source: PolicyRule;
  /** What the rule is on: a tool's name, a glob or "all tools". */
  subject: string;
  /** The key under "tools"; null: all_tools. */
  name: string | null;
  shadow: boolean;
  require: CompiledEntry<PolicyEntry>[];
  denyIf: CompiledEntry<PolicyEntry>[];
  approveIf: CompiledEntry<PolicyApproval>[];
}

export interface CompiledEntry<T> {
  source: T;
  test: (call: PolicyCall, work: Work) => Truth;
}

/** Names come from a server's pinned list, so this is never reached in a working system. */
const MAX_REMEMBERED = 10_000;

/** Compiles a document. Throws only on a document that `readPolicy` did not make. */
export function compilePolicy(document: PolicyDocument): CompiledPolicy {
  const shadow = document.mode === 'shadow';
  const allTools = document.allTools ? compileRule(null, document.allTools, shadow) : null;
  const rules = globIndex([...document.tools].map(([name, rule]) => [name, once(() => compileRule(name, rule, shadow))] as const));
  const methods = globIndex([...document.methods]);
  const hidden = document.hide.map((pattern, index) => ({ matches: compileGlob(pattern), pattern, pointer: toPointer(['hide', index]) }));
  const remembered = new Map<string, CompiledTool>();
  const tool = (name: string): CompiledTool => {
    const hide = hidden.find(({ matches }) => matches(name)) ?? null;
    const own = rules(name)?.() ?? null;
    return compileTool({ name, hide: hide?.pointer ?? null, own, allTools, defaultDenies: document.default === 'deny', shadow });
  };
  return {
    document,
    shadow,
    tool(name) {
      const known = remembered.get(name);
      if (known) return known;
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      const made = tool(name);
      remembered.set(name, made);
      return made;
    },
    method: (name) => (shadow ? 'allow' : (methods(name) ?? document.default)),
  };
}

/** Stands for a stored document that cannot be read: every call is denied with `policy_unreadable`. */
export const unreadablePolicy: CompiledPolicy = {
  document: null,
  shadow: false,
  tool: () => {
    throw new Error('An unreadable policy says nothing of a tool');
  },
  method: () => 'deny',
};

/** A rule is compiled when a call first needs it. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function compileRule(name: string | null, source: PolicyRule, documentShadow: boolean): CompiledRule {
  return {
    source,
    subject: name ?? 'all tools',
    name,
    shadow: documentShadow || source.mode === 'shadow',
    require: source.require.map((entry) => compileEntry(entry, 'every')),
    denyIf: source.denyIf.map((entry) => compileEntry(entry, 'some')),
    approveIf: source.approveIf.map((entry) => compileEntry(entry, 'some')),
  };
}

function compileEntry<T extends PolicyEntry>(source: T, quantifier: 'every' | 'some'): CompiledEntry<T> {
  const tests = source.conditions.map((condition) => compileCondition(condition, quantifier));
  return { source, test: (call, work) => everyTruth(tests, (test) => test(call, work)) };
}

interface ToolFacts {
  name: string;
  hide: string | null;
  own: CompiledRule | null;
  allTools: CompiledRule | null;
  defaultDenies: boolean;
  shadow: boolean;
}

function compileTool({ name, hide, own, allTools, defaultDenies, shadow }: ToolFacts): CompiledTool {
  const rules = [allTools, own].filter((rule) => rule !== null);
  const refusals: StaticRefusal[] = [];
  if (hide !== null) refusals.push({ code: 'hidden', message: hiddenMessage(name), rule: hide, shadow });
  for (const rule of rules) if (rule.source.action === 'hide') refusals.push(actionRefusal('hidden', rule, hiddenMessage(name)));
  if (own === null && defaultDenies) {
    const message = `${name} is not allowed by this policy; call a tool that tools/list offers, or ask an administrator to allow it.`;
    refusals.push({ code: 'default_deny', message: allTools?.source.reason ?? message, rule: '/default', shadow });
  }
  for (const rule of rules) if (rule.source.action === 'deny') refusals.push(actionRefusal('denied', rule, deniedMessage(name)));
  const enforced = rules.filter((rule) => !rule.shadow);
  const charges = compileCharges(enforced);
  const recorded = rules.filter((rule) => rule.shadow);
  const shadowCharges = compileCharges(recorded);
  const [leases, shadowLeases] = [compileLeases(enforced), compileLeases(recorded)];
  const conditions = rules.some((rule) => rule.require.length + rule.denyIf.length + rule.approveIf.length > 0);
  const unconditional = !conditions && charges.constant !== null && shadowCharges.constant !== null;
  return { name, refusals, trace: screenTrace(refusals, own), rules, charges, shadowCharges, leases, shadowLeases, unconditional };
}

const hiddenMessage = (name: string) => `${name} is not available here; call a tool that tools/list offers.`;
const deniedMessage = (name: string) => `${name} is denied by policy; use another tool, or ask an administrator to allow it.`;

function actionRefusal(code: 'hidden' | 'denied', rule: CompiledRule, message: string): StaticRefusal {
  return { code, message: rule.source.reason ?? message, rule: `${rule.source.pointer}/action`, shadow: rule.shadow };
}

/** Steps 4 to 6, up to and including the one that decides. */
function screenTrace(refusals: StaticRefusal[], own: CompiledRule | null): TraceStep[] {
  const trace: TraceStep[] = [];
  for (const code of ['hidden', 'default_deny', 'denied'] as const) {
    const found = refusals.filter((refusal) => refusal.code === code);
    for (const { shadow, rule } of found) {
      trace.push({ step: stepOf(code), result: shadow ? 'would deny' : 'deny', ...(rule === null ? {} : { rule }) });
      if (!shadow) return trace;
    }
    if (found.length === 0)
      trace.push({ step: stepOf(code), result: 'pass', ...(code === 'default_deny' && own ? { rule: own.source.pointer } : {}) });
  }
  return trace;
}

function stepOf(code: StaticRefusal['code']): string {
  switch (code) {
    case 'hidden':
      return 'hide';
    case 'default_deny':
      return 'default';
    case 'denied':
      return 'action';
    default:
      return assertNever(code);
  }
}
