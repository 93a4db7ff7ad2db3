import type { PolicyDocument, PolicyRule, PolicyScope } from './document.ts';
import { explainConcurrency, explainLimit } from './explain-limit.ts';
import { leaseKey } from './leases.ts';
import { UNIT_MICROS } from './micros.ts';

/** A limit of a document that calls are counted by. */
export interface CountedLimit {
  /** RFC 6901 pointer of the limit. */
  pointer: string;
  /** The key under "tools"; null: all_tools. */
  tool: string | null;
  scope: PolicyScope;
  /** Of the counter, or of the lease; unique within its scope. */
  name: string;
  /** Null: it counts the calls in flight. */
  windowMs: number | null;
  /** In millionths; of calls in flight too. */
  maxMicros: number;
  /** Argument that is added up; null: calls are counted. */
  by: string | null;
  /** "at most 30 calls per minute per grant". */
  says: string;
}

/** Every limit that a call of some tool can be refused by: not those of rules in shadow, nor of rules that let nothing through. */
export function countedLimits(document: PolicyDocument): CountedLimit[] {
  if (document.mode === 'shadow') return [];
  const rules: [string | null, PolicyRule][] = [
    ...(document.allTools ? [[null, document.allTools] as [null, PolicyRule]] : []),
    ...document.tools,
  ];
  return rules.flatMap(([tool, rule]) => (rule.mode === 'shadow' || rule.action !== 'allow' ? [] : ofRule(tool, rule)));
}

function ofRule(tool: string | null, { limits, concurrency }: PolicyRule): CountedLimit[] {
  return [
    ...limits.map((limit) => {
      const { pointer, scope, counter: name, windowMs, maxMicros, by } = limit;
      return { pointer, tool, scope, name, windowMs, maxMicros, by, says: explainLimit(limit) };
    }),
    ...concurrency.map((limit) => {
      const { pointer, scope } = limit;
      const maxMicros = limit.concurrency * UNIT_MICROS;
      return { pointer, tool, scope, name: leaseKey(tool), windowMs: null, maxMicros, by: null, says: explainConcurrency(limit) };
    }),
  ];
}
