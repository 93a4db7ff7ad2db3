/** Random documents and calls, small enough that names, counters and values meet. */
import fc from 'fast-check';
import type { PolicyCall } from '../src/call.ts';

const NAMES = ['a', 'ab', 'abc', 'get_a', '__proto__', 'constructor', 'toString'];
const name = fc.constantFrom(...NAMES);
export const pattern = fc.oneof(name, fc.constantFrom('*', 'a*', '*c', 'get_*', '__*', 'a*c'));
const texts = [
  ...['a', 'b', '', 'ab', 'bab', '12', '\u{1f600}'],
  ...['2026-01-01', '2026-01-01T01:00:00+01:00', '2025-12-31T23:59:59Z', '2026-02-30', 'soon'],
  ...['https://a.example/', 'https://A.example.:8/x', 'https://b.a.example?q', 'http://a.example@evil.test/', 'https://a.example\\@b/', 'script:a'],
  ...['/data', '/data/../etc', '/data/x/./../y', '/database', 'data//x', './a/../data', '../data/x', '~/data', '/data\\x'],
];
const scalar = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -2, max: 3 }) },
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', '', null, true) },
  { weight: 4, arbitrary: fc.constantFrom<unknown>(...texts) },
  fc.constantFrom<unknown>(0.5, -0, 1e300, false, [], ['a'], [1, 'b'], {}, { a: 1 }, { b: 'x', a: 1 }, { a: 1, b: 'x' }),
);
const path = fc.constantFrom(
  ...['args.a', 'args.b', 'args.a', 'args.b', 'args.list[*]', 'args.list[0]', 'args.__proto__', 'args["a.b"]', 'args.list[*].a', 'args.b.a'],
  ...['grant.tags', 'grant.tags[*]', 'grant.label', 'tool.risk', 'tool.category', 'tool.annotations.hint', 'client.name'],
);
const match = fc.constantFrom(undefined, undefined, 'every', 'some');
const asking = (op: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>) =>
  fc.record({ path, op, value, match }).map(({ match: quantifier, ...rest }) => (quantifier ? { ...rest, match: quantifier } : rest));
const condition = fc.oneof(
  asking(fc.constantFrom('eq', 'neq'), scalar),
  asking(fc.constantFrom('lt', 'lte', 'gt', 'gte'), fc.constantFrom<unknown>(-1, 0, 1, 2, 0.5, '2026-01-01', '2026-01-01T00:00:00.5Z')),
  asking(fc.constantFrom('in', 'not_in'), fc.array(scalar, { maxLength: 3 })),
  asking(fc.constant('exists'), fc.boolean()),
  asking(fc.constant('contains'), fc.constantFrom<unknown>('a', 'b', 1, true)),
  asking(fc.constantFrom('starts_with', 'ends_with'), fc.constantFrom('a', 'b', '', 'https:', 'x')),
  asking(fc.constant('regex'), fc.constantFrom('a', '^a', 'b$', 'a.*b', '^[0-9]+$', '^$', '^.$', 'example|data')),
  asking(fc.constantFrom('min_length', 'max_length'), fc.constantFrom(0, 1, 2, 5)),
  asking(fc.constant('url_host_in'), fc.constantFrom<unknown>('a.example', ['*.a.example'], ['evil.test', 'A.Example'])),
  asking(fc.constant('path_within'), fc.constantFrom<unknown>('/data', 'data', '.', '/', ['/etc', './data'], '../data')),
  asking(fc.constant('type_is'), fc.constantFrom('string', 'number', 'integer', 'boolean', 'object', 'array', 'null')),
);
const entry = fc.oneof(condition, fc.record({ conditions: fc.array(condition, { maxLength: 2 }) }));
const some = <T>(item: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.array(item, { maxLength: 2 }) });
const scope = fc.constantFrom(undefined, 'grant', 'server');
const given = {
  refund_on: fc.constantFrom(undefined, undefined, ['tool_error'], []),
  on_unavailable: fc.constantFrom(undefined, undefined, 'allow', 'deny'),
};
const limit = fc.record({ scope, counter: name, window: fc.constant('minute'), max: fc.constantFrom(0, 1, 2, 3), ...given });
const concurrency = fc.record({ scope, concurrency: fc.integer({ min: 1, max: 3 }) });
const by = fc.record({
  counter: fc.constant('value'),
  window: fc.constant('hour'),
  max: fc.constantFrom(0.5, 2),
  incrementFrom: fc.constant('args.a'),
  ...given,
});
const anyLimit = fc.oneof({ weight: 4, arbitrary: limit }, { weight: 4, arbitrary: by }, { weight: 4, arbitrary: concurrency });
const rule = fc.record({
  action: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(undefined, 'allow') }, { weight: 1, arbitrary: fc.constantFrom('deny', 'hide') }),
  require: some(entry),
  deny_if: some(entry),
  approve_if: some(entry),
  limits: some(anyLimit),
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
/** Only limits, so that only they can differ. */
export const limited = fc.record({
  default: fc.constant('deny'),
  tools: fc.uniqueArray(fc.tuple(pattern, fc.record({ limits: fc.array(anyLimit, { maxLength: 2 }) })), { minLength: 1, maxLength: 2, selector: ([key]) => key }),
});
export type Written = {
  default: string;
  mode?: string;
  methods?: Record<string, string>;
  hide?: string[];
  all_tools?: unknown;
  tools: [string, object][];
};
const mode = fc.constantFrom(undefined, undefined, undefined, 'enforce', 'shadow');
const moded = <T extends object>(value: fc.Arbitrary<T>) => fc.tuple(value, mode).map(([made, is]) => (is ? { ...made, mode: is } : made));
const METHOD_PATTERNS = ['prompts/get', 'prompts/*', 'resources/*', 'resources/*/list', 'resources/read', 'sampling/*', 'roots/*'];
/** Also with everything in shadow now and then, and with methods. */
export const anyWritten = fc.record({
  default: fc.constantFrom('deny', 'allow'),
  mode,
  hide: some(pattern),
  methods: fc.option(fc.dictionary(fc.constantFrom(...METHOD_PATTERNS), fc.constantFrom('allow', 'deny'), { maxKeys: 3 }), { nil: undefined }),
  all_tools: fc.option(moded(rule), { nil: undefined }),
  tools: entries(moded(withRate)),
});
export const METHODS = ['prompts/get', 'prompts/list', 'resources/read', 'resources/templates/list', 'sampling/createMessage', 'roots/list'];

const state = fc.oneof({ weight: 15, arbitrary: fc.constant('active') }, { weight: 1, arbitrary: fc.constantFrom('quarantined', 'removed', 'unknown') });
const args = fc.oneof(
  fc.record({ a: scalar, b: scalar, 'a.b': scalar, list: fc.array(scalar, { maxLength: 3 }) }, { requiredKeys: [] }),
  fc.constant(undefined),
);
export const call: fc.Arbitrary<PolicyCall> = fc.record({
  tool: fc.record({
    name: fc.oneof(name, fc.constant('zzz')),
    category: fc.constantFrom('Write', 'a'),
    risk: fc.constantFrom('a', 'b'),
    annotations: fc.constantFrom<Record<string, unknown>>({}, { hint: true }, { hint: 'a' }),
    state,
  }) as fc.Arbitrary<PolicyCall['tool']>,
  args,
  grant: fc.constantFrom({ label: 'ab', tags: ['a'] }, { label: '', tags: [] as string[] }, { label: 'b', tags: ['b', 'ab'] }),
  client: fc.constantFrom({ name: null }, { name: 'a' }),
  paused: fc.oneof({ weight: 20, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom('grant', 'server', 'organization') }),
  approved: fc.boolean(),
});

/** By hand, because an object literal would take `__proto__` for the prototype. */
export function source({ tools, ...rest }: Written): string {
  const members = tools.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return `${JSON.stringify({ version: '1', ...rest }).slice(0, -1)},"tools":{${members.join()}}}`;
}
