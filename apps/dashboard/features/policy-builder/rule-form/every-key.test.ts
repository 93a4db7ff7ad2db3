/** Everything that the language can say has its place in a form: what is added to the language without one fails here. */
import { policyJsonSchema } from '@toolgate/policy/json-schema';
import { OPERATORS } from '@toolgate/policy/operator';
import { createElement, Fragment, type ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { AddRule } from '../add-rule.tsx';
import { argumentsOf } from '../argument-paths.ts';
import { builderTool, documentOf } from '../builder-testing.ts';
import { DefaultChoice } from '../default-choice.tsx';
import { DocumentForm } from '../document-form.tsx';
import { RuleControl } from '../rule-control.tsx';
import { RuleForm } from './rule-form.tsx';

const tool = builderTool('draw', {
  inputSchema: { type: 'object', properties: { amount: { type: 'number' }, urls: { type: 'array', items: {} } } },
});
const CONDITION = { path: 'args.urls[*]', op: 'eq', value: 'a' };
const document = documentOf({
  version: '1',
  default: 'deny',
  hide: ['drop_*'],
  methods: { 'prompts/*': 'allow' },
  all_tools: {},
  tools: {
    draw: {
      require: [{ conditions: [CONDITION] }],
      deny_if: [{ conditions: [CONDITION] }],
      approve_if: [{ conditions: [CONDITION] }],
      limits: [{ counter: 'c', window: 'hour', max: 3 }, { concurrency: 2 }],
    },
    pay: { action: 'deny' },
  },
});

const FIRST = (list: string) => `draw, ${list} 1`;
const CONDITION_PARTS = { path: 'What C looks at', op: 'Operator of C', value: 'Value of C', match: 'How many values of C' };
const entry = (key: string, list: string, parts: Record<string, string>, add: string) => ({
  [`tools.*.${key}`]: add,
  [`tools.*.${key}[].conditions`]: `Remove ${FIRST(list)}, condition 1`,
  ...Object.fromEntries(
    Object.entries(CONDITION_PARTS).flatMap(([part, label]) =>
      // A condition may stand for its entry: the form shows it as one.
      ['conditions[].', ''].map((at) => [`tools.*.${key}[].${at}${part}`, label.replace('C', `${FIRST(list)}, condition 1`)]),
    ),
  ),
  ...Object.fromEntries(Object.entries(parts).map(([part, label]) => [`tools.*.${key}[].${part}`, label.replace('E', FIRST(list))])),
});

/** The name, or the words, of the control that sets, changes and takes away what each key says. */
const CONTROLS: Record<string, string> = {
  default: 'Tools without a rule',
  mode: 'Only record what the whole policy would decide',
  hide: 'Add to: Hidden names',
  methods: 'Add to: Other methods',
  all_tools: 'Take it away',
  tools: 'Rule for a pattern or another tool',
  'tools.*.action': 'Rule for draw',
  'tools.*.reason': 'Reason that a caller of pay is told',
  'tools.*.mode': 'Only record what this rule would decide',
  ...entry('require', 'only if', { on_deny: 'What the caller of E is told' }, 'Requirement'),
  ...entry('deny_if', 'not if', { on_deny: 'What the caller of E is told' }, 'Reason to deny'),
  ...entry(
    'approve_if',
    'ask a person if',
    {
      message: 'What the caller of E is told',
      timeout: 'How long there is to approve E',
      approvals: 'How many people approve E',
      exclude_requester: 'not by whoever made the grant',
    },
    'Reason to ask',
  ),
  'tools.*.limits': 'Remove the limit of draw',
  'tools.*.limits[].counter': 'Counter of the limit of draw',
  'tools.*.limits[].window': 'Window of the limit of draw',
  'tools.*.limits[].max': 'Most calls of draw',
  'tools.*.limits[].scope': 'Who shares the limit of draw',
  'tools.*.limits[].by': 'What the limit of draw counts',
  'tools.*.limits[].on_unavailable': 'let through when counters cannot be reached',
  'tools.*.limits[].refund_on': 'give back when the tool reports an error',
  'tools.*.limits[].concurrency': 'Most calls of draw at once',
};

/** Why these have no control of their own. */
const WITHOUT: Record<string, string> = {
  $schema: 'for editors, and not part of the policy',
  version: 'there is one',
  'tools.*.rate_limit': 'an older spelling of an entry of limits, and changed as one',
  'tools.*.rate_limit.max': 'as above',
  'tools.*.rate_limit.window': 'as above',
  'tools.*.limits[].incrementFrom': 'an older spelling of by, and changed as it',
  'tools.*.limits[].increment_from': 'an older spelling of by, and changed as it',
};

test('every key of the language is known to the forms, for tools and for all of them', () => {
  const keys = keysOf(policyJsonSchema());
  const ofTools = keys.filter((key) => !key.startsWith('all_tools.'));
  expect(ofTools.filter((key) => !(key in CONTROLS) && !(key in WITHOUT))).toEqual([]);
  expect([...Object.keys(CONTROLS), ...Object.keys(WITHOUT)].filter((key) => !ofTools.includes(key))).toEqual([]);
  const ofRules = (prefix: string) => keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  expect(ofRules('all_tools.')).toEqual(ofRules('tools.*.'));
});

const shared = { disabled: false, onEdit: () => {} };
const rule = (name: string) => {
  const found = document.tools.get(name);
  if (!found) throw new Error(name);
  return found;
};
const forms: ReactElement[] = [
  createElement(DefaultChoice, { ...shared, value: 'deny' }),
  createElement(AddRule, { ...shared, document }),
  createElement(DocumentForm, { ...shared, document, tools: [tool], notes: [], onShow: () => {} }),
  createElement(RuleControl, { name: 'draw', choice: 'custom', disabled: false, onChoose: () => {} }),
  ...['draw', 'pay'].map((name) => createElement(RuleForm, { ...shared, name, rule: rule(name), args: argumentsOf([tool.inputSchema]) })),
];
const markup = renderToStaticMarkup(createElement(Fragment, null, ...forms));

test.each(Object.entries(CONTROLS))('%s has the control “%s”', (_, control) => {
  const text = control.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  expect(markup).toMatch(new RegExp(`aria-label="${text}|>[^<]*${text}`));
});

test('every operator can be chosen, and each choice of action, scope and default', () => {
  const select = /aria-label="Operator of draw, only if 1, condition 1"[^>]*>(.*?)<\/select>/.exec(markup)?.[1];
  expect([...(select?.matchAll(/<option value="([^"]*)"/g) ?? [])].map(([, value]) => value)).toEqual([...OPERATORS]);
  const scopes = /aria-label="Who shares the limit of draw"[^>]*>(.*?)<\/select>/.exec(markup)?.[1];
  for (const scope of ['grant', 'server', 'organization']) expect(scopes).toContain(`value="${scope}"`);
  for (const word of ['Allow', 'Limit', 'Approve', 'Deny', 'Hide', 'Denied', 'Allowed']) expect(markup).toMatch(new RegExp(`>${word}<`));
});

/** Every key that a JSON Schema names, by its place: `tools.*.limits[].max`. Of alternatives, those of each. */
function keysOf(schema: unknown, place = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties, additionalProperties, items, anyOf, oneOf, allOf } = schema as Record<string, unknown>;
  const alternatives = [anyOf, oneOf, allOf].flatMap((some) => (Array.isArray(some) ? some : []));
  const keys = [
    ...Object.entries((properties ?? {}) as Record<string, unknown>).flatMap(([key, below]) => {
      const here = place === '' ? key : `${place}.${key}`;
      return [here, ...keysOf(below, here)];
    }),
    ...keysOf(additionalProperties, `${place}.*`),
    ...keysOf(items, `${place}[]`),
    ...alternatives.flatMap((one) => keysOf(one, place)),
  ];
  return [...new Set(keys)];
}
