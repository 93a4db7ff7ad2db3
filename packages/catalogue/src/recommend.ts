/** What to start from: a rule for a tool by its category, and a policy for all tools of a server. Plain JSON of the policy language. */
import type { Category } from './category.ts';

/** The part of the policy language's rule that recommendations use. */
export interface RecommendedRule {
  action?: 'deny' | 'hide';
  reason?: string;
  limits?: { counter: string; window: 'minute'; max: number; scope: 'grant' }[];
}

export interface RecommendedPolicy {
  version: '1';
  default: 'deny';
  tools: Record<string, RecommendedRule>;
}

export interface CategorisedTool {
  name: string;
  category: Category;
}

const CALLS_PER_MINUTE = 30;

/** Reading is free, changing and running are counted, deleting is out of sight, money is a person's decision. */
export function recommendRule({ name, category }: CategorisedTool): RecommendedRule {
  switch (category) {
    case 'Read':
      return {};
    case 'Write':
    case 'Execute':
      return { limits: [{ counter: counterName(name), window: 'minute', max: CALLS_PER_MINUTE, scope: 'grant' }] };
    case 'Destructive':
      return { action: 'hide' };
    case 'Financial':
      return { action: 'deny', reason: 'It can move money. Ask the owner to allow it with a limit or an approval.' };
    default:
      return refuseUnknown(category);
  }
}

/**
 * A document with default deny. A tool whose name holds a `*` is left to the default:
 * as a key of `tools` it would be a glob and could allow others.
 */
export function recommendPolicy(tools: readonly CategorisedTool[]): RecommendedPolicy {
  const named = tools.filter(({ name }) => name !== '' && !name.includes('*'));
  return { version: '1', default: 'deny', tools: Object.fromEntries(named.map((tool) => [tool.name, recommendRule(tool)])) };
}

const COUNTER = /^[A-Za-z0-9_.:-]{1,123}$/;

/** `<tool>_rate`; a name that a counter cannot have is spelt with a hash, so that two tools never share one. */
function counterName(name: string): string {
  if (COUNTER.test(name)) return `${name}_rate`;
  return `${name.replace(/[^A-Za-z0-9_.:-]/g, '_').slice(0, 80)}_${hash(name)}_rate`;
}

/** FNV-1a, twice with different offsets: enough to tell names apart, not against somebody who wants them alike. */
function hash(text: string): string {
  const of = (offset: number) => {
    let value = offset;
    for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
    return (value >>> 0).toString(16).padStart(8, '0');
  };
  return of(0x811c9dc5) + of(0x050c5d1f);
}

/** A category that this code does not know is denied. */
function refuseUnknown(category: never): RecommendedRule {
  return { action: 'deny', reason: `Unknown category: ${String(category)}` };
}
