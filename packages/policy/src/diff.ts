import type { PolicyCall, PolicyTool } from './call.ts';
import { type CompiledPolicy, compilePolicy } from './compile.ts';
import { diffLimits, type LimitChange } from './diff-limits.ts';
import { diffMethods, type MethodChange } from './diff-methods.ts';
import { summariseDiff } from './diff-summary.ts';
import { compared, compareTool, type Difference } from './diff-tool.ts';
import type { PolicyDocument, PolicyRule } from './document.ts';
import { explainRule } from './explain.ts';
import { compileGlob, isGlob } from './glob.ts';
import { nameClasses } from './name-classes.ts';

/** What publishing `after` in place of `before` changes. Neither `widens` nor `mayWiden`: no call is newly allowed. */
export interface PolicyDiff {
  /** `widens access: +1 tool allowed`, `no change of access`. */
  summary: string;
  /** Some call is newly allowed; each such tool's `example` is one, unless only a limit lets more through. */
  widens: boolean;
  /** Conditions changed, or limits of what conditions bound, and no call was found that shows the one or the other. */
  mayWiden: boolean;
  narrows: boolean;
  mayNarrow: boolean;
  /** Tools, globs, `*` for what no entry names, and `all tools`; only those that change. */
  tools: ToolChange[];
  limits: LimitChange[];
  methods: MethodChange[];
}

export interface ToolChange {
  tool: string;
  /** In words. */
  before: string;
  after: string;
  /** Whether any call passed before, and passes now. */
  wasOpen: boolean;
  isOpen: boolean;
  widens: Difference;
  narrows: Difference;
  /** A call that is newly allowed. */
  example: PolicyCall | null;
  /** A call that passed and passes: where only limits let more through, this is what they let through. */
  common: PolicyCall | null;
}

/** Compares two documents by meaning. `before` null: there was no policy, so nothing was allowed. `tools`: those that are known of the server. */
export function diffPolicies(before: PolicyDocument | null, after: PolicyDocument, tools: readonly PolicyTool[] = []): PolicyDiff {
  const [old, now] = [before && compilePolicy(before), compilePolicy(after)];
  const patterns = [...patternsOf(before), ...patternsOf(after)];
  const known = new Map(tools.map((tool) => [tool.name, tool]));
  const exact = new Set([...known.keys(), ...patterns.filter((name) => !isGlob(name))]);
  const classes = nameClasses(patterns, exact);
  const pair = compared(old, now, [...exact, ...classes.names], known);
  const changes = new Map<string, ToolChange>();
  const add = (subject: string, name: string, undecided: boolean) => {
    const compared = compareTool(pair, name, known.get(name) ?? null);
    const words = { before: inWords(old, subject, name), after: inWords(now, subject, name) };
    const made = merge(changes.get(subject), { tool: subject, ...words, ...compared });
    if (undecided && made.widens === 'no') made.widens = 'maybe';
    if (undecided && made.narrows === 'no') made.narrows = 'maybe';
    if (made.widens !== 'no' || made.narrows !== 'no' || made.before !== made.after) changes.set(subject, made);
  };
  for (const name of exact) add(name, name, false);
  const undecided = !classes.complete && !sameDocument(before, after);
  for (const name of classes.names) add(subjectOf(name, old, now), name, undecided);
  const limits = [...entriesOf(after)].flatMap(([name, rule]) => {
    const other = before && entriesOf(before).get(name);
    return other && rule.action === 'allow' && other.action === 'allow' ? diffLimits(name, other, rule) : [];
  });
  return conclude([...changes.values()], limits, diffMethods(old, now));
}

function conclude(tools: ToolChange[], limits: LimitChange[], methods: MethodChange[]): PolicyDiff {
  const any = (key: 'widens' | 'narrows', is: Difference) => tools.some((tool) => tool[key] === is);
  const widens = any('widens', 'yes') || methods.some(({ after }) => after === 'allow');
  const narrows = any('narrows', 'yes') || methods.some(({ after }) => after === 'deny');
  const flags = { widens, mayWiden: !widens && any('widens', 'maybe'), narrows, mayNarrow: !narrows && any('narrows', 'maybe') };
  const diff = { ...flags, tools, limits, methods };
  return { summary: summariseDiff(diff), ...diff };
}

const patternsOf = (document: PolicyDocument | null): string[] => (document ? [...document.hide, ...document.tools.keys()] : []);

const entries = new WeakMap<PolicyDocument, Map<string, PolicyRule>>();

function entriesOf(document: PolicyDocument): Map<string, PolicyRule> {
  const known = entries.get(document);
  if (known) return known;
  const made = new Map(document.tools);
  // A tool of that very name keeps its place; flags do not depend on it, only the words on limits do.
  if (document.allTools && !made.has('all tools')) made.set('all tools', document.allTools);
  entries.set(document, made);
  return made;
}

/** The glob that decides on names like this one; `*` for none. */
function subjectOf(name: string, old: CompiledPolicy | null, now: CompiledPolicy): string {
  for (const policy of [now, old]) {
    const document = policy?.document;
    const hidden = document?.hide.find((pattern) => compileGlob(pattern)(name));
    if (hidden !== undefined) return hidden;
    const own = policy?.tool(name).rules.find(({ source }) => source !== document?.allTools);
    if (own) return own.subject;
  }
  return '*';
}

/** Several kinds of names under one glob: what happens to any of them happens to it. */
function merge(known: ToolChange | undefined, made: ToolChange): ToolChange {
  if (!known) return made;
  const strongest = (a: Difference, b: Difference) =>
    a === 'yes' || b === 'yes' ? 'yes' : a === 'maybe' || b === 'maybe' ? 'maybe' : 'no';
  return {
    ...(known.widens === 'yes' || made.widens === 'no' ? known : made),
    wasOpen: known.wasOpen || made.wasOpen,
    isOpen: known.isOpen || made.isOpen,
    widens: strongest(known.widens, made.widens),
    narrows: strongest(known.narrows, made.narrows),
    example: known.example ?? made.example,
  };
}

/** What a document says of a tool: `delete_all is hidden.` */
function inWords(policy: CompiledPolicy | null, subject: string, name: string): string {
  const document = policy?.document;
  if (!policy || !document) return `${subject} is denied: there is no policy.`;
  const who = subject === '*' ? 'every other tool' : subject;
  const shadow = document.mode === 'shadow' ? ' (shadow: recorded, not enforced)' : '';
  if (document.hide.some((pattern) => compileGlob(pattern)(name))) return `${who} is hidden${shadow}.`;
  const own = policy.tool(name).rules.find(({ source }) => source !== document.allTools);
  const all = document.allTools ? ` ${explainRule('all tools', document.allTools)}` : '';
  if (own) return `${explainRule(subject, own.source).replace(/\.$/, '')}${shadow}.${all}`;
  return `${who} is ${document.default === 'deny' ? 'denied' : 'allowed'} by default${shadow}.${all}`;
}

/** Whether two documents were read from texts that mean the same, messages apart. */
function sameDocument(a: PolicyDocument | null, b: PolicyDocument): boolean {
  const plain = (document: PolicyDocument) =>
    JSON.stringify([document.default, document.mode, document.hide, document.allTools, [...document.tools]]);
  return a !== null && plain(a) === plain(b);
}
