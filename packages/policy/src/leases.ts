import type { CompiledRule } from './compile.ts';
import type { PolicyLease } from './decision.ts';
import { counterName } from './normalise.ts';

/** The calls in flight that rules count, in their order; of the limits of one rule in one scope, the smallest holds. */
export function compileLeases(rules: CompiledRule[]): PolicyLease[] {
  const leases = new Map<string, PolicyLease>();
  for (const { source, subject, name } of rules) {
    const key = leaseKey(name);
    for (const { concurrency: max, scope, pointer: rule } of source.concurrency) {
      const known = leases.get(`${scope}:${key}`);
      if (known === undefined || max < known.max) leases.set(`${scope}:${key}`, { key, scope, max, rule, subject, onUnavailable: 'deny' });
    }
  }
  return [...leases.values()];
}

/** One for each rule of a document: `all_tools`, `tool:draw`, `tool:get_:2a:`. `name`: the key under "tools"; null: all_tools. */
export function leaseKey(name: string | null): string {
  return name === null ? 'all_tools' : counterName('tool:', name, '');
}
