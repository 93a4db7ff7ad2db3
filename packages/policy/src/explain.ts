import { assertNever } from './assert-never.ts';
import type { Decision } from './decision.ts';
import type { PolicyApproval, PolicyCondition, PolicyEntry, PolicyRule } from './document.ts';
import { explainConcurrency, explainLimit } from './explain-limit.ts';
import type { Operator } from './operator.ts';
import { describeWait } from './window.ts';

export { explainLimit };

/** A rule in one sentence: `image_to_image is allowed, at most 30 calls per minute per grant.` `name`: a tool, a glob or "all tools". */
export function explainRule(name: string, rule: PolicyRule): string {
  const shadow = rule.mode === 'shadow' ? ' (shadow: recorded, not enforced)' : '';
  const are = name === 'all tools' || name.includes('*') ? 'are' : 'is';
  const because = rule.reason ? `: ${rule.reason.replace(/\.$/, '')}` : '';
  switch (rule.action) {
    case 'deny':
      return `${name} ${are} denied${because}${shadow}.`;
    case 'hide':
      return `${name} ${are} hidden and denied${because}${shadow}.`;
    case 'allow': {
      const parts = restrictions(rule);
      return `${name} ${are} allowed${parts.length > 0 ? `, ${parts.join('; ')}` : ''}${shadow}.`;
    }
    default:
      return assertNever(rule.action);
  }
}

function restrictions(rule: PolicyRule): string[] {
  return [
    ...rule.require.map((entry) => `only if ${explainEntry(entry, 'every')}`),
    ...rule.denyIf.map((entry) => `not if ${explainEntry(entry, 'some')}`),
    ...rule.approveIf.map(
      (entry) => `after the approval of ${people(entry)} within ${describeWait(entry.timeoutMs)} if ${explainEntry(entry, 'some')}`,
    ),
    ...rule.limits.map(explainLimit),
    ...rule.concurrency.map(explainConcurrency),
  ];
}

function people({ approvals, excludeRequester }: PolicyApproval): string {
  return `${approvals === 1 ? 'a person' : `${approvals} people`}${excludeRequester ? ' other than whoever made the grant' : ''}`;
}

/** `args.amount is more than 100 and args.currency is one of "EUR", "USD"`. */
export function explainEntry(entry: PolicyEntry, quantifier: 'every' | 'some'): string {
  if (entry.conditions.length === 0) return 'called at all';
  return entry.conditions.map((condition) => explainCondition(condition, quantifier)).join(' and ');
}

export function explainCondition({ path, op, value, match }: PolicyCondition, quantifier: 'every' | 'some'): string {
  const subject = path.includes('[*]') ? `${(match ?? quantifier) === 'every' ? 'every' : 'any'} ${path}` : path;
  if (op === 'exists') return `${subject} is ${value === false ? 'absent' : 'given'}`;
  const values = Array.isArray(value) ? value.map((item) => JSON.stringify(item)).join(', ') : JSON.stringify(value);
  return `${subject} ${OPERATOR_WORDS[op]} ${op === 'type_is' ? String(value) : values}`;
}

export const OPERATOR_WORDS: Record<Operator, string> = {
  eq: 'is',
  neq: 'is not',
  lt: 'is less than',
  lte: 'is at most',
  gt: 'is more than',
  gte: 'is at least',
  in: 'is one of',
  not_in: 'is none of',
  exists: 'is given',
  regex: 'matches',
  contains: 'contains',
  starts_with: 'starts with',
  ends_with: 'ends with',
  min_length: 'has a length of at least',
  max_length: 'has a length of at most',
  url_host_in: 'is a URL at',
  path_within: 'is a path within',
  type_is: 'is of type',
};

const EFFECT_WORDS: Record<Decision['effect'], string> = {
  allow: 'Allowed',
  deny: 'Denied',
  limit: 'Limited',
  pending: 'Waiting for approval',
};

/** A decision for a person who looks at it: `Limited by /tools/x/limits/0: x is limited to …`. */
export function explainDecision(decision: Decision): string {
  const by = decision.rule === null ? '' : ` by ${decision.rule}`;
  const shadow = decision.shadow ? ` In shadow: ${decision.shadow.message}` : '';
  return `${EFFECT_WORDS[decision.effect]}${by}: ${decision.message}${shadow}`;
}
