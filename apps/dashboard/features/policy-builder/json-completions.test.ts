import { policyJsonSchema } from '@toolgate/policy/json-schema';
import { OPERATORS } from '@toolgate/policy/operator';
import { readPolicy } from '@toolgate/policy/read';
import { describe, expect, test } from 'vitest';
import { jsonCompletions } from './json-completions.ts';

const schema = policyJsonSchema();
const TOOLS = [
  {
    name: 'image_to_image',
    inputSchema: {
      type: 'object',
      properties: {
        prompt: { type: 'string' },
        size: { type: 'object', properties: { width: { type: 'integer' } } },
        images: { type: 'array', items: { type: 'object', properties: { url: { type: 'string' } } } },
        'a.b': { type: ['number', 'null'] },
      },
    },
  },
  { name: 'text_to_image', inputSchema: { type: 'object', properties: { steps: { type: 'integer' } } } },
  { name: 'refund', inputSchema: null },
];

/** What is offered where `|` stands. */
function at(marked: string) {
  const offset = marked.indexOf('|');
  return jsonCompletions(marked.replace('|', ''), offset, schema, TOOLS);
}
const labels = (marked: string) => at(marked)?.options.map(({ label }) => JSON.parse(label)) ?? [];

describe('keys', () => {
  test('of the document that are not there yet, without the old spellings', () => {
    expect(labels('{"version":"1", "|"}')).toEqual(['$schema', 'default', 'mode', 'hide', 'methods', 'all_tools', 'tools']);
    expect(labels('{"version":"1", |}')).toContain('default');
    expect(labels('{"tools":{"a":{"|":[]}}}')).toEqual(['action', 'reason', 'require', 'deny_if', 'approve_if', 'limits', 'mode']);
    expect(labels('{"all_tools":{"action":"deny", "re|"}}')).toEqual(['reason', 'require', 'deny_if', 'approve_if', 'limits', 'mode']);
  });

  test('those after the cursor are there too, also when a comma is still missing', () => {
    const offered = labels('{\n  "version": "1",\n  "|\n  "tools": {}, "default": "deny"\n}');
    expect(offered).toContain('mode');
    expect(offered).not.toContain('tools');
    expect(offered).not.toContain('default');
  });

  test('under "tools" are the governed tools that have no entry', () => {
    expect(labels('{"tools":{"|"}}')).toEqual(['image_to_image', 'text_to_image', 'refund']);
    expect(labels('{"tools":{"refund":{}, "|"}}')).toEqual(['image_to_image', 'text_to_image']);
  });

  test('of an alternative that fits what is there', () => {
    expect(labels('{"tools":{"a":{"limits":[{"|"}]}}}')).toEqual(expect.arrayContaining(['counter', 'concurrency']));
    expect(labels('{"tools":{"a":{"limits":[{"counter":"c","|"}]}}}')).not.toContain('concurrency');
    expect(labels('{"tools":{"a":{"limits":[{"concurrency":4,"|"}]}}}')).toEqual(['scope']);
    expect(labels('{"tools":{"a":{"require":[{"path":"args.a","|"}]}}}')).toEqual(['op', 'value', 'match']);
    expect(labels('{"tools":{"a":{"require":[{"conditions":[],"|"}]}}}')).toEqual(['on_deny']);
    expect(labels('{"tools":{"a":{"deny_if":[{"conditions":[{"|"}]}]}}}')).toEqual(['path', 'op', 'value', 'match']);
  });

  test('that have no colon yet get one, others do not', () => {
    expect(at('{"de|"}')).toMatchObject({ keys: true, colon: true, typing: true });
    expect(at('{"de|": "deny"}')).toMatchObject({ keys: true, colon: false });
    expect(labels('{"de|": "deny"}')).toContain('default');
  });
});

describe('values', () => {
  test('are the words of the language', () => {
    expect(labels('{"default": "|"}')).toEqual(['deny', 'allow']);
    expect(labels('{"default": |}')).toEqual(['deny', 'allow']);
    expect(labels('{"version": |}')).toEqual(['1']);
    expect(labels('{"tools":{"a":{"action":"|"}}}')).toEqual(['allow', 'deny', 'hide']);
    expect(labels('{"tools":{"a":{"limits":[{"window":"|"}]}}}')).toContain('minute');
    expect(labels('{"tools":{"a":{"require":[{"path":"args.a","op":"|"}]}}}')).toEqual([...OPERATORS]);
    expect(labels('{"methods":{"prompts/*":"|"}}')).toEqual(['allow', 'deny']);
  });

  test('of "hide" are tool names', () => expect(labels('{"hide":["|"]}')).toEqual(['image_to_image', 'text_to_image', 'refund']));

  test('of "path" are the arguments of the tools that the rule is for, and what else is known of a call', () => {
    const offered = labels('{"tools":{"image_to_image":{"deny_if":[{"path":"|"}]}}}');
    expect(offered).toEqual(expect.arrayContaining(['args.prompt', 'args.size.width', 'args.images[*].url', 'args["a.b"]', 'grant.label']));
    expect(offered).not.toContain('args.steps');
    const globbed = labels('{"tools":{"*_to_image":{"require":[{"conditions":[{"path":"|"}]}]}}}');
    expect(globbed).toEqual(expect.arrayContaining(['args.prompt', 'args.steps']));
    expect(labels('{"all_tools":{"require":[{"path":"|"}]}}')).toContain('args.steps');
  });

  test('of "by" are the numbers among the arguments', () => {
    expect(labels('{"tools":{"image_to_image":{"limits":[{"counter":"c","by":"|"}]}}}')).toEqual(['args.size.width', 'args["a.b"]']);
  });

  test('every path that is offered is one that the language reads', () => {
    for (const path of labels('{"all_tools":{"require":[{"path":"|"}]}}')) {
      const document = { version: '1', default: 'deny', all_tools: { require: [{ path, op: 'exists' }] } };
      expect(readPolicy(JSON.stringify(document)), path).toMatchObject({ ok: true });
    }
  });
});

describe('places', () => {
  test.each(['{"default": "deny"|}', '{"reason": "a|"}', '|', '{"tools": {"a": {"limits": [{"max": 3|}]}}}', '{"nothing": {"|"}}'])(
    'nothing is offered at %s',
    (marked) => expect(at(marked)).toBeNull(),
  );

  test('a text is replaced whole, but a quote that was just opened takes nothing with it', () => {
    const replaced = (marked: string) => {
      const found = at(marked)!;
      return marked.replace('|', '').slice(found.from, found.to);
    };
    expect(replaced('{"default": "de|ny"}')).toBe('"deny"');
    expect(replaced('{"tools": {"im|}, "default": "deny"}')).toBe('"im');
    expect(replaced('{"default": de|}')).toBe('de');
    expect(replaced('{"default": |}')).toBe('');
  });

  test('only a text that has begun is completed without being asked', () => {
    expect(at('{"default": "|"}')?.typing).toBe(true);
    expect(at('{"default": |}')?.typing).toBe(false);
  });

  test.each(['__proto__', 'constructor', 'toString'])('a tool named %s is a name like any other', (name) => {
    const found = jsonCompletions('{"tools":{""}}', 11, schema, [{ name, inputSchema: null }]);
    expect(found?.options).toEqual([{ label: JSON.stringify(name), detail: 'tool' }]);
  });
});
