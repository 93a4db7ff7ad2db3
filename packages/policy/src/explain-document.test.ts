import { expect, test } from 'vitest';
import { explainDocument, explainTool } from './explain-document.ts';
import { readPolicy } from './read.ts';

const read = readPolicy(
  JSON.stringify({
    version: '1',
    default: 'deny',
    hide: ['delete_*'],
    methods: { 'prompts/*': 'allow' },
    all_tools: { limits: [{ counter: 'all', window: 'day', max: 100 }] },
    tools: {
      'get_*': { limits: [{ counter: 'reads', window: 'minute', max: 30 }] },
      get_secret: { action: 'deny', reason: 'Not for agents' },
    },
  }),
);
if (!read.ok) throw new Error(read.errors[0]?.message);
const { document } = read;

test('a tool is told by what decides about it, and where that stands', () => {
  expect(explainTool(document, 'get_secret')).toEqual({ pointer: '/tools/get_secret', text: 'get_secret is denied: Not for agents.' });
  expect(explainTool(document, 'get_user')).toEqual({
    pointer: '/tools/get_*',
    text: 'get_user is allowed, at most 30 calls per minute per grant, by "get_*".',
  });
  expect(explainTool(document, 'delete_all')).toEqual({ pointer: '/hide/0', text: 'delete_all is hidden and denied, by "delete_*".' });
  expect(explainTool(document, 'run')).toEqual({ pointer: '/default', text: 'run is denied by default: no rule names it.' });
});

test('a document is told in sentences, none of its parts left out', () => {
  expect(explainDocument(document).map(({ pointer, text }) => `${pointer}: ${text}`)).toEqual([
    '/all_tools: all tools are allowed, at most 100 calls per day per grant.',
    '/tools/get_*: get_* are allowed, at most 30 calls per minute per grant.',
    '/tools/get_secret: get_secret is denied: Not for agents.',
    '/hide/0: delete_* are hidden and denied.',
    '/methods/prompts~1*: prompts/* are allowed.',
    '/default: Every other tool is denied.',
  ]);
});
