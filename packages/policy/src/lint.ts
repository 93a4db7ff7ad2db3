import { compilePolicy } from './compile.ts';
import type { PolicyCondition, PolicyDocument, PolicyRule } from './document.ts';
import { compileGlob, isGlob } from './glob.ts';
import { isObject, ownValue } from './json.ts';
import { toPointer } from './pointer.ts';
import { suggestion } from './suggestion.ts';
import { parseValuePath } from './value-path.ts';

export interface Warning {
  code:
    | 'default_allow'
    | 'unknown_tool'
    | 'unknown_argument'
    | 'unreachable'
    | 'limit_on_denied'
    | 'missing_denies'
    | 'never_passes'
    | 'shadow'
    | 'hidden_rule';
  pointer: string;
  message: string;
}

/** What lint knows of a server's tools; `inputSchema` is the tool's JSON Schema. */
export interface LintTool {
  name: string;
  inputSchema?: unknown;
}

/** What is allowed to write but is probably not meant. `tools`: those of the server, or null when they are not known. */
export function lintPolicy(document: PolicyDocument, tools: readonly LintTool[] | null): Warning[] {
  const warnings: Warning[] = [];
  if (document.default === 'allow')
    warnings.push(
      warning('default_allow', '/default', 'Every tool that is not named here is allowed, also tools that the server adds later'),
    );
  if (document.mode === 'shadow')
    warnings.push(warning('shadow', '/mode', 'Nothing is enforced: decisions of this policy are only recorded'));
  const guess = guesser();
  if (document.allTools) warnings.push(...lintRule(document.allTools, [], guess));
  const known = tools === null ? null : { owners: ownersOf(document, tools), names: tools.map(({ name }) => name), guess };
  const exact = new Set(known?.names);
  for (const [name, rule] of document.tools) {
    const owned = known?.owners.get(name) ?? [];
    if (known && owned.length === 0) {
      const matches = compileGlob(name);
      warnings.push(lintName(name, rule, isGlob(name) ? known.names.some(matches) : exact.has(name), known));
    }
    warnings.push(...lintRule(rule, owned, guess), ...lintHidden(document, name, rule));
  }
  return warnings;
}

const warning = (code: Warning['code'], pointer: string, message: string): Warning => ({ code, pointer, message });

/** Which of the server's tools each entry applies to. */
function ownersOf(document: PolicyDocument, tools: readonly LintTool[]): Map<string, LintTool[]> {
  const policy = compilePolicy(document);
  const names = new Map([...document.tools].map(([name, rule]) => [rule, name]));
  const owners = new Map<string, LintTool[]>();
  for (const tool of tools) {
    const rule = policy.tool(tool.name).rules.find(({ source }) => names.has(source));
    const name = rule && names.get(rule.source);
    if (name === undefined) continue;
    const owned = owners.get(name) ?? [];
    owners.set(name, owned);
    owned.push(tool);
  }
  return owners;
}

type Guess = typeof suggestion;

/** A document has at most a few slips; thousands of names that the server does not have are not worth the time. */
const MAX_GUESSES = 50;

function guesser(): Guess {
  let left = MAX_GUESSES;
  return (word, candidates) => {
    left -= 1;
    return left >= 0 ? suggestion(word, candidates) : undefined;
  };
}

/** An entry that applies to none of the server's tools. */
function lintName(name: string, rule: PolicyRule, matches: boolean, { names, guess }: { names: string[]; guess: Guess }): Warning {
  if (matches)
    return warning(
      'unreachable',
      rule.pointer,
      `"${name}" never applies: every tool that it matches has an exact entry or a more specific glob`,
    );
  const meant = guess(name, names);
  const what = isGlob(name) ? `No tool of the server matches "${name}"` : `The server has no tool "${name}"`;
  return warning('unknown_tool', rule.pointer, meant ? `${what}: did you mean "${meant}"?` : what);
}

function lintRule(rule: PolicyRule, owned: LintTool[], guess: Guess): Warning[] {
  const warnings: Warning[] = [];
  if (rule.mode === 'shadow' && rule.action !== 'allow')
    warnings.push(warning('shadow', rule.pointer, 'This rule is only recorded: its tools are let through'));
  if (rule.action !== 'allow' && rule.limits.length + rule.concurrency.length > 0) {
    warnings.push(warning('limit_on_denied', `${rule.pointer}/limits`, 'These limits never count: the action lets no call through'));
  }
  for (const limit of rule.limits) {
    if (limit.maxMicros === 0)
      warnings.push(warning('never_passes', limit.pointer, 'A maximum of 0 never lets a call through; "action": "deny" says it clearer'));
    if (limit.by !== null) warnings.push(...lintArgument(limit.by, limit.pointer, owned, guess));
  }
  for (const entry of [...rule.require, ...rule.denyIf, ...rule.approveIf]) {
    for (const condition of entry.conditions) warnings.push(...lintArgument(condition.path, condition.pointer, owned, guess));
  }
  for (const entry of rule.denyIf) warnings.push(...lintMissing(entry.conditions, owned));
  return warnings;
}

/** A value that is missing cannot be evaluated, so `deny_if` holds: surprising unless the argument is required or tested with `exists`. */
function lintMissing(conditions: PolicyCondition[], owned: LintTool[]): Warning[] {
  const tested = new Set(conditions.filter(({ op }) => op === 'exists').map(({ path }) => path));
  return conditions
    .filter(({ path, op }) => op !== 'exists' && path.startsWith('args') && !tested.has(path) && !alwaysGiven(path, owned))
    .map(({ path, pointer }) =>
      warning(
        'missing_denies',
        pointer,
        `A call without ${path} is denied too; add {"path": "${path}", "op": "exists", "value": true} if it should pass`,
      ),
    );
}

function alwaysGiven(path: string, owned: LintTool[]): boolean {
  const argument = firstArgument(path);
  if (argument === null || parsedDepth(path) > 1) return false;
  return (
    owned.length > 0 &&
    owned.every(({ inputSchema }) => {
      const required = ownValue(inputSchema, 'required');
      return Array.isArray(required) && required.includes(argument);
    })
  );
}

function parsedDepth(path: string): number {
  const parsed = parseValuePath(path);
  return typeof parsed === 'string' ? 0 : parsed.steps.length;
}

function firstArgument(path: string): string | null {
  const parsed = parseValuePath(path);
  if (typeof parsed === 'string' || parsed.root !== 'args') return null;
  const [first] = parsed.steps;
  return typeof first === 'string' ? first : null;
}

function lintArgument(path: string, pointer: string, owned: LintTool[], guess: Guess): Warning[] {
  const argument = firstArgument(path);
  if (argument === null) return [];
  return owned.flatMap(({ name, inputSchema }) => {
    const properties = ownValue(inputSchema, 'properties');
    if (!isObject(properties) || Object.hasOwn(properties, argument)) return [];
    const meant = guess(argument, Object.keys(properties));
    return [warning('unknown_argument', pointer, `${name} has no argument "${argument}"${meant ? `: did you mean "${meant}"?` : ''}`)];
  });
}

/** A rule that `hide` overrules. */
function lintHidden(document: PolicyDocument, name: string, rule: PolicyRule): Warning[] {
  const index = document.hide.findIndex((pattern) => pattern === name || (!isGlob(name) && compileGlob(pattern)(name)));
  if (index < 0 || rule.action === 'hide') return [];
  return [warning('hidden_rule', rule.pointer, `"${name}" is hidden by ${toPointer(['hide', index])}, so this rule never applies`)];
}
