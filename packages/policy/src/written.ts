/** The language as it may be written, dialects included. The strict reader and the published JSON Schema both come from here. */
import * as z from 'zod';
import { toMicros } from './micros.ts';
import { OPERATORS, operatorProblem } from './operator.ts';
import { parseRate } from './rate.ts';
import { parseValuePath } from './value-path.ts';
import { parseWindow, WINDOW_NAMES } from './window.ts';

export const MAX_LIST = 64;
export const MAX_TOOLS = 5_000;
/** Globs with more than one star. */
export const MAX_STARRED = 200;
const MAX_WINDOW_SECONDS = 2_678_400;

const LONG_LIST = `A list holds at most ${MAX_LIST} entries`;
const list = <T extends z.ZodType>(item: T) => z.array(item).max(MAX_LIST, LONG_LIST);

/** Where a JSON value holds a list of too many. */
function longLists(value: unknown, path: (string | number)[]): (string | number)[][] {
  if (Array.isArray(value) && value.length > MAX_LIST) return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => longLists(item, [...path, Array.isArray(value) ? Number(key) : key]));
}

const Mode = z.enum(['enforce', 'shadow']).describe('"shadow": recorded, not enforced');
const Scope = z.enum(['grant', 'server', 'organization']).describe('Who shares the counter; "grant" when absent');

const ValuePathText = z
  .string()
  .superRefine((text, context) => {
    const path = parseValuePath(text);
    if (typeof path === 'string') context.addIssue({ code: 'custom', message: `The path ${path}` });
  })
  .describe(
    'args.a.b, args.items[0].id, args.images[*].url, args["a.b"], tool.category, tool.risk, tool.annotations.<hint>, grant.label, grant.tags, client.name',
  );

const ByPath = z
  .string()
  .superRefine((text, context) => {
    const path = parseValuePath(text);
    if (typeof path === 'string' || path.root !== 'args' || path.many) {
      context.addIssue({ code: 'custom', message: 'Must name one argument, such as args.amount' });
    }
  })
  .describe('Add the value of this argument instead of 1');

const WINDOW_HELP = 'Must be second, minute, hour, day, week, month, a number of seconds up to 2678400, or a text such as "15m" or "36h"';
export const WrittenWindow = z
  .union(
    [
      z.enum(WINDOW_NAMES),
      z.int().min(1, WINDOW_HELP).max(MAX_WINDOW_SECONDS, WINDOW_HELP),
      z.string().regex(/^[1-9][0-9]{0,6}[smhdw]$/, WINDOW_HELP),
    ],
    {
      error: WINDOW_HELP,
    },
  )
  .refine((window) => parseWindow(window) !== null, WINDOW_HELP);

const Duration = z
  .string()
  .regex(/^[1-9][0-9]{0,6}[smhdw]$/, 'Must be a duration such as "10m" or "2h"')
  .refine((text) => parseWindow(text) !== null, 'Must be at most 31 days');

export const WrittenCondition = z
  .strictObject({
    path: ValuePathText,
    op: z.enum(OPERATORS),
    value: z.unknown().optional(),
    match: z.enum(['every', 'some']).optional().describe('What [*] means: every value, or at least one'),
  })
  .superRefine((condition, context) => {
    const problem = operatorProblem(condition.op, condition.value);
    if (problem !== null) context.addIssue({ code: 'custom', path: ['value'], message: problem });
    for (const path of longLists(condition.value, ['value'])) context.addIssue({ code: 'custom', path, message: LONG_LIST });
  });

export const WrittenEntry = z.strictObject({
  conditions: list(WrittenCondition).describe('All must hold; an empty list always holds'),
  on_deny: z.string().optional().describe('What the caller is told'),
});

export const WrittenApproval = z.strictObject({
  conditions: list(WrittenCondition).describe('All must hold; an empty list always holds'),
  message: z.string().optional(),
  timeout: Duration.optional().describe('How long a person has to answer, such as "10m"'),
  approvals: z.int().min(1).max(10).optional(),
  exclude_requester: z.boolean().optional().describe('Whoever made the grant may not approve its calls'),
});

const Counter = z.string().regex(/^[A-Za-z0-9_.:-]{1,128}$/, 'A counter is named with 1 to 128 of A-Z a-z 0-9 _ . : -');
const BY_KEYS = ['by', 'incrementFrom', 'increment_from'] as const;

export const WrittenCounterLimit = z
  .strictObject({
    counter: Counter.describe('Two limits that use one counter name in one scope share it'),
    window: WrittenWindow.describe('Never more than max in any window of this length'),
    max: z.number().min(0).describe('0 never passes'),
    scope: Scope.optional(),
    by: ByPath.optional(),
    incrementFrom: ByPath.optional().meta({ deprecated: true, description: 'Read as "by"' }),
    increment_from: ByPath.optional().meta({ deprecated: true, description: 'Read as "by"' }),
    on_unavailable: z.enum(['deny', 'allow']).optional().describe('When counters cannot be reached; "deny" when absent'),
    refund_on: list(z.enum(['tool_error'])).optional(),
  })
  .superRefine((limit, context) => {
    const by = BY_KEYS.filter((key) => limit[key] !== undefined);
    if (by.length > 1) context.addIssue({ code: 'custom', path: [by[1]!], message: `"${by[0]}" and "${by[1]}" say the same: keep "by"` });
    const max = toMicros(limit.max);
    if (!max.ok) context.addIssue({ code: 'custom', path: ['max'], message: `"max" ${max.problem}` });
    else if (by.length === 0 && !Number.isInteger(limit.max)) {
      context.addIssue({ code: 'custom', path: ['max'], message: 'Must be a whole number, unless "by" says which argument is added' });
    }
  });

export const WrittenConcurrency = z.strictObject({ concurrency: z.int().min(1).max(10_000), scope: Scope.optional() });

const RATE_HELP = 'Must be {"max": 10, "window": 60} (seconds) or a text such as "5/hour"';
export const WrittenRate = z
  .union([
    z.strictObject({ max: z.int().min(0).max(1_000_000_000), window: WrittenWindow }),
    z.string().refine((text) => parseRate(text) !== null, RATE_HELP),
  ])
  .meta({ deprecated: true, description: 'Read as one limit per grant' });

export const WrittenRule = z.strictObject({
  action: z.enum(['allow', 'deny', 'hide']).optional().describe('"allow" when absent'),
  reason: z.string().optional().describe('What the caller is told when the action denies'),
  require: list(z.union([WrittenEntry, WrittenCondition]))
    .optional()
    .describe('Every entry must hold, else the call is denied'),
  deny_if: list(z.union([WrittenEntry, WrittenCondition]))
    .optional()
    .describe('Any entry that holds denies the call'),
  approve_if: list(z.union([WrittenApproval, WrittenCondition]))
    .optional()
    .describe('Any entry that holds waits for a person'),
  limits: list(z.union([WrittenCounterLimit, WrittenConcurrency])).optional(),
  rate_limit: WrittenRate.optional(),
  mode: Mode.optional(),
});

const METHOD = /^(resources|prompts|completion|sampling|elicitation|roots)\/[A-Za-z*/_-]+$/;
const Methods = z
  .record(
    z.string().regex(METHOD, 'Must be a method or glob of resources/, prompts/, completion/, sampling/, elicitation/ or roots/'),
    z.enum(['allow', 'deny']),
  )
  .refine((methods) => Object.keys(methods).length <= MAX_LIST, `A list holds at most ${MAX_LIST} entries`);

export const WrittenDocument = z.strictObject({
  $schema: z.string().optional().describe('For editors; not part of the policy'),
  version: z.literal('1'),
  default: z.enum(['deny', 'allow']).describe('What happens to a tool that no entry under "tools" names'),
  mode: Mode.optional(),
  hide: list(z.string().min(1, 'Must not be empty')).optional().describe('Names or globs: not listed, and denied when called'),
  methods: Methods.optional().describe('Methods other than tools; absent: as "default"'),
  all_tools: WrittenRule.optional().describe("Applies to every tool, before the tool's own rule"),
  tools: z
    .record(z.string().min(1, 'Must not be empty'), WrittenRule)
    .refine((tools) => Object.keys(tools).length <= MAX_TOOLS, `A document holds at most ${MAX_TOOLS} tools`)
    .optional()
    .describe('By exact name or glob; {} allows'),
});

export type WrittenRule = z.infer<typeof WrittenRule>;
export type WrittenCondition = z.infer<typeof WrittenCondition>;
export type WrittenDocument = z.infer<typeof WrittenDocument>;
export type WrittenCounterLimit = z.infer<typeof WrittenCounterLimit>;
