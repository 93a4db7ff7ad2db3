/** Random documents and calls, small enough that names, counters and values meet. */
import fc from 'fast-check';
import type { PolicyCall } from '../src/call.ts';

const NAMES = ['a', 'ab', 'abc', 'get_a', '__proto__', 'constructor', 'toString'];
const name = fc.constantFrom(...NAMES);
export const pattern = fc.oneof(name, fc.constantFrom('*', 'a*', '*c', 'get_*', '__*', 'a*c'));
const scalar = fc.oneof(fc.integer({ min: -2, max: 3 }), fc.constantFrom('a', 'b', '', null, true));
const path = fc.constantFrom('args.a', 'args.b', 'args.list[*]', 'args.list[0]', 'args.__proto__', 'grant.tags', 'tool.risk');
const condition = fc.oneof(
  fc.record({ path, op: fc.constantFrom('eq', 'neq'), value: scalar }),
  fc.record({ path, op: fc.constantFrom('lt', 'gte'), value: fc.integer({ min: -1, max: 2 }) }),
  fc.record({ path, op: fc.constantFrom('in', 'not_in'), value: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ path, op: fc.constant('exists'), value: fc.boolean() }),
  fc.record({ path, op: fc.constantFrom('contains', 'starts_with', 'regex'), value: fc.constantFrom('a', 'b') }),
);
const entry = fc.oneof(condition, fc.record({ conditions: fc.array(condition, { maxLength: 2 }) }));
const some = <T>(item: fc.Arbitrary<T>) => fc.option(fc.array(item, { maxLength: 2 }), { nil: undefined });
const limit = fc.record({ counter: name, window: fc.constant('minute'), max: fc.integer({ min: 0, max: 3 }) });
const by = fc.record({
  counter: fc.constant('value'),
  window: fc.constant('hour'),
  max: fc.constantFrom(0.5, 2),
  incrementFrom: fc.constant('args.a'),
});
const rule = fc.record({
  action: fc.option(fc.constantFrom('allow', 'deny', 'hide'), { nil: undefined }),
  require: some(entry),
  deny_if: some(entry),
  approve_if: some(entry),
  limits: some(fc.oneof(limit, by)),
});
const withRate = fc.oneof(
  rule,
  fc.tuple(rule, fc.constantFrom('2/day', { max: 1, window: 86_400 })).map(([made, rate]) => ({ ...made, rate_limit: rate })),
);
const entries = <T>(value: fc.Arbitrary<T>) => fc.uniqueArray(fc.tuple(pattern, value), { maxLength: 5, selector: ([key]) => key });
export const written = fc.record({
  default: fc.constantFrom('deny', 'allow'),
  hide: some(pattern),
  all_tools: fc.option(rule, { nil: undefined }),
  tools: entries(withRate),
});
export type Written = { default: string; hide?: string[]; all_tools?: unknown; tools: [string, object][] };

const state = fc.constantFrom('active', 'active', 'active', 'quarantined', 'removed', 'unknown');
const args = fc.oneof(
  fc.record({ a: scalar, b: scalar, list: fc.array(scalar, { maxLength: 3 }) }, { requiredKeys: [] }),
  fc.constant(undefined),
);
export const call: fc.Arbitrary<PolicyCall> = fc.record({
  tool: fc.record({
    name: fc.oneof(name, fc.constant('zzz')),
    category: fc.constant('Write'),
    risk: fc.constantFrom('a', 'b'),
    annotations: fc.constant({}),
    state,
  }) as fc.Arbitrary<PolicyCall['tool']>,
  args,
  grant: fc.constant({ label: 'g', tags: ['a'] }),
  client: fc.constant({ name: null }),
  paused: fc.constantFrom(null, null, null, 'grant'),
  approved: fc.boolean(),
});

/** By hand, because an object literal would take `__proto__` for the prototype. */
export function source({ tools, ...rest }: Written): string {
  const members = tools.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return `${JSON.stringify({ version: '1', ...rest }).slice(0, -1)},"tools":{${members.join()}}}`;
}
